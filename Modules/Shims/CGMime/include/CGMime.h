// GMime's object macros and casts are not visible to Swift: the few functions that Rapport needs, by plain C types.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One message, all texts UTF-8 and zero-terminated. A null pointer leaves a part out.
struct rapport_mail {
    const char *from_name;
    const char *from;
    const char *to_name;
    const char *to;
    const char *reply_to;
    const char *subject;
    /// Without angle brackets.
    const char *message_id;
    /// BCP 47, for Content-Language.
    const char *language;
    /// Seconds since 1970, UTC.
    int64_t date;
    const char *text;
    const char *html;
    /// Separates the alternatives; must occur in neither.
    const char *boundary;
    const char *const *header_names;
    const char *const *header_values;
    size_t header_count;
};

/// Composes the message (RFC 5322, MIME) with CRLF line ends. Returns bytes to be freed with rapport_mail_free, or null.
char *rapport_mail_compose(const struct rapport_mail *mail, size_t *length);
void rapport_mail_free(char *bytes);
