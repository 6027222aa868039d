#include "CPhoneNumber.h"

#include <cstring>
#include <phonenumbers/phonenumberutil.h>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

extern "C" enum rapport_phone_status rapport_phone_e164(
    const char *text, size_t length, const char *region, char *output, size_t capacity,
    bool *fixed_line) {
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util->Parse(std::string(text, length), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
        return rapport_phone_invalid;
    }
    if (!util->IsPossibleNumber(number)) return rapport_phone_invalid;
    std::string formatted;
    util->Format(number, PhoneNumberUtil::E164, &formatted);
    if (formatted.size() + 1 > capacity) return rapport_phone_invalid;
    std::memcpy(output, formatted.c_str(), formatted.size() + 1);
    // The type is unknown exactly where the number is not valid, so one look-up answers both.
    const PhoneNumberUtil::PhoneNumberType type = util->GetNumberType(number);
    *fixed_line = type == PhoneNumberUtil::FIXED_LINE;
    return type == PhoneNumberUtil::UNKNOWN ? rapport_phone_possible : rapport_phone_valid;
}
