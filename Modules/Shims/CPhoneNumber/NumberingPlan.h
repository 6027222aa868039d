// What libphonenumber's tables say of one country calling code, in a form that is looked up in nanoseconds.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "PhoneMetadata.h"

namespace rapport {

class NumberingPlan {
public:
    enum class Kind { unknown, fixedLine, other };

    /// The plan of the calling code that `digits` begin with, or null where libphonenumber has to say. Kept for the process.
    static const NumberingPlan* of(std::string_view digits);

    int callingCode() const { return code; }
    /// How many of the digits are the calling code.
    size_t codeLength() const { return code < 10 ? 1 : code < 100 ? 2 : 3; }
    /// Whether libphonenumber might take a trunk prefix off these digits.
    bool mayHavePrefix(std::string_view national) const;
    /// As `PhoneNumberUtil::GetNumberType` tells it.
    Kind kind(std::string_view national) const;

private:
    struct Region {
        NumberType general, fixedLine, mobile;
        /// What is looked at before fixed lines.
        std::vector<NumberType> others;
        bool isOneForFixedAndMobile = false;
        std::unique_ptr<DigitAutomaton> leadingDigits;
        explicit Region(const Wire& metadata);
        Kind kind(std::string_view national) const;
    };

    int code = 0;
    std::vector<Region> regions;
    std::unique_ptr<DigitAutomaton> prefix;

    static std::unique_ptr<const NumberingPlan> make(int code);
};

}
