#include "CPhoneNumber.h"

#include <cstring>
#include <phonenumbers/phonenumberutil.h>
#include <string>

#include "DiallingPlan.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using rapport::DiallingPlan;
using rapport::NumberingPlan;

namespace {

/// A text that is nothing but digits, what people put between them, and perhaps one plus before all.
struct Written {
    bool isInternational = false;
    size_t count = 0;
    char digits[24];

    std::string_view all() const { return {digits, count}; }

    /// Whether `text` is one. Labels, extensions and digits of other scripts are libphonenumber's.
    bool read(std::string_view text) {
        for (char character : text) {
            if (character >= '0' && character <= '9') {
                if (count == sizeof digits) return false;
                digits[count++] = character;
            } else if (character == '+') {
                if (isInternational || count > 0) return false;
                isInternational = true;
            } else if (character != ' ' && character != '-' && character != '.' && character != '(' && character != ')' && character != '/') {
                return false;
            }
        }
        return count >= 6;
    }
};

enum rapport_phone_status write(const PhoneNumber& number, char *output, size_t capacity) {
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    if (!util->IsPossibleNumber(number)) return rapport_phone_invalid;
    std::string formatted;
    util->Format(number, PhoneNumberUtil::E164, &formatted);
    if (formatted.size() + 1 > capacity) return rapport_phone_invalid;
    std::memcpy(output, formatted.c_str(), formatted.size() + 1);
    return rapport_phone_valid;
}

enum rapport_phone_status lookUp(
    const NumberingPlan &plan, std::string_view national, char *output, size_t capacity, bool *fixed_line) {
    PhoneNumber number;
    number.set_country_code(plan.callingCode());
    uint64_t value = 0;
    for (char digit : national) value = value * 10 + uint64_t(digit - '0');
    number.set_national_number(value);
    if (write(number, output, capacity) != rapport_phone_valid) return rapport_phone_invalid;
    const auto kind = plan.kind(national);
    *fixed_line = kind == NumberingPlan::Kind::fixedLine;
    return kind == NumberingPlan::Kind::unknown ? rapport_phone_possible : rapport_phone_valid;
}

}

extern "C" enum rapport_phone_status rapport_phone_e164(
    const char *text, size_t length, const char *region, char *output, size_t capacity,
    bool *fixed_line) {
    // What is written with digits alone, which is nearly everything, needs no search for labels and extensions; what it is is
    // looked up in libphonenumber's own tables. A test holds both ways against each other.
    if (Written written; written.read({text, length})) {
        std::string_view digits = written.all();
        const DiallingPlan *home = written.isInternational ? nullptr : DiallingPlan::of(region);
        const int abroad = home ? home->abroad(digits) : 0;
        if (written.isInternational || abroad > 0) {
            digits = digits.substr(size_t(abroad));
            const NumberingPlan *plan = digits.size() >= 7 && digits.size() <= 15 ? NumberingPlan::of(digits) : nullptr;
            const auto national = plan ? digits.substr(plan->codeLength()) : std::string_view();
            if (plan && !plan->mayHavePrefix(national)) return lookUp(*plan, national, output, capacity, fixed_line);
        } else if (home && abroad == 0) {
            const auto national = home->national(digits);
            if (!national.empty()) return lookUp(home->numbering(), national, output, capacity, fixed_line);
        }
    }
    return rapport_phone_e164_parsed(text, length, region, output, capacity, fixed_line);
}

extern "C" enum rapport_phone_status rapport_phone_e164_parsed(
    const char *text, size_t length, const char *region, char *output, size_t capacity,
    bool *fixed_line) {
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(std::string(text, length), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
        return rapport_phone_invalid;
    }
    if (write(number, output, capacity) != rapport_phone_valid) return rapport_phone_invalid;
    // The type is unknown exactly where the number is not valid, so one look-up answers both.
    const PhoneNumberUtil::PhoneNumberType type = util->GetNumberType(number);
    *fixed_line = type == PhoneNumberUtil::FIXED_LINE;
    return type == PhoneNumberUtil::UNKNOWN ? rapport_phone_possible : rapport_phone_valid;
}

extern "C" bool rapport_phone_example(
    const char *region, bool mobile, enum rapport_phone_style style, char *output, size_t capacity) {
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    const auto type = mobile ? PhoneNumberUtil::MOBILE : PhoneNumberUtil::FIXED_LINE;
    if (!util->GetExampleNumberForType(region, type, &number)) return false;
    std::string formatted;
    const auto format = style == rapport_phone_style_e164            ? PhoneNumberUtil::E164
                        : style == rapport_phone_style_international ? PhoneNumberUtil::INTERNATIONAL
                                                                     : PhoneNumberUtil::NATIONAL;
    util->Format(number, format, &formatted);
    if (formatted.size() + 1 > capacity) return false;
    std::memcpy(output, formatted.c_str(), formatted.size() + 1);
    return true;
}
