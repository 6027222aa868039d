// A C face on Google's libphonenumber (C++), for E.164.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

enum rapport_phone_status { rapport_phone_valid = 0, rapport_phone_possible = 1, rapport_phone_invalid = 2 };

/// Parses `text` (UTF-8, `length` bytes) as dialled in `region` (ISO 3166-1 alpha-2, upper case, or "ZZ"), and writes
/// the number as E.164 with a terminating zero. Needs `capacity` >= 20. `fixed_line` is set for numbers that cannot be
/// mobile; where a country numbers both alike (as in North America) it is not.
enum rapport_phone_status rapport_phone_e164(
    const char *text, size_t length, const char *region, char *output, size_t capacity, bool *fixed_line);

/// The same, by libphonenumber alone: what `rapport_phone_e164` is held against in tests.
enum rapport_phone_status rapport_phone_e164_parsed(
    const char *text, size_t length, const char *region, char *output, size_t capacity, bool *fixed_line);

enum rapport_phone_style { rapport_phone_style_e164 = 0, rapport_phone_style_international = 1, rapport_phone_style_national = 2 };

/// The example number of a region that libphonenumber's tables have, written in a style: what tests are made of. Needs
/// `capacity` >= 40; false where a region has none.
bool rapport_phone_example(
    const char *region, bool mobile, enum rapport_phone_style style, char *output, size_t capacity);

#ifdef __cplusplus
}
#endif
