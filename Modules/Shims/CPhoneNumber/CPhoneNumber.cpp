#include "CPhoneNumber.h"

#include <cstring>
#include <phonenumbers/phonenumberutil.h>
#include <string>

#include "NumberingPlan.h"

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;
using rapport::NumberingPlan;

namespace {

/// The digits of `text` if it is a plus and then 7 to 15 digits and nothing else, as E.164 is written; else nothing.
std::string_view plainDigits(std::string_view text) {
    if (text.size() < 8 || text.size() > 16 || text[0] != '+') return {};
    for (char character : text.substr(1)) {
        if (character < '0' || character > '9') return {};
    }
    return text.substr(1);
}

enum rapport_phone_status write(const PhoneNumber& number, char *output, size_t capacity) {
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    if (!util->IsPossibleNumber(number)) return rapport_phone_invalid;
    std::string formatted;
    util->Format(number, PhoneNumberUtil::E164, &formatted);
    if (formatted.size() + 1 > capacity) return rapport_phone_invalid;
    std::memcpy(output, formatted.c_str(), formatted.size() + 1);
    return rapport_phone_valid;
}

}

extern "C" enum rapport_phone_status rapport_phone_e164(
    const char *text, size_t length, const char *region, char *output, size_t capacity,
    bool *fixed_line) {
    // Numbers that are written as E.164 already, which is most of what systems give each other, need no search for digits,
    // prefixes and extensions; what they are is looked up in libphonenumber's own tables. A test holds both ways against
    // each other.
    if (const auto digits = plainDigits({text, length}); !digits.empty()) {
        const NumberingPlan *plan = NumberingPlan::of(digits);
        const auto national = plan ? digits.substr(plan->codeLength()) : std::string_view();
        if (plan && !plan->mayHavePrefix(national)) {
            PhoneNumber number;
            number.set_country_code(plan->callingCode());
            number.set_national_number(std::stoull(std::string(national)));
            if (write(number, output, capacity) != rapport_phone_valid) return rapport_phone_invalid;
            const auto kind = plan->kind(national);
            *fixed_line = kind == NumberingPlan::Kind::fixedLine;
            return kind == NumberingPlan::Kind::unknown ? rapport_phone_possible : rapport_phone_valid;
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
