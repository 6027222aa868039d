// How numbers are dialled inside one region: with which trunk prefix, and with what before a country code.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "NumberingPlan.h"

namespace rapport {

class DiallingPlan {
public:
    /// The plan of a region (ISO 3166-1 alpha-2, upper case), or null where libphonenumber has to say. Kept for the process.
    static const DiallingPlan* of(std::string_view region);

    /// How many of the digits are the prefix for calls abroad: 0 for none, and -1 where libphonenumber has to say.
    int abroad(std::string_view digits) const;
    /// The national number that `digits` are when they are dialled here, as libphonenumber's `Parse` reads them; nothing where
    /// it has to say. They do not begin with the prefix for calls abroad.
    std::string_view national(std::string_view digits) const;
    const NumberingPlan& numbering() const { return *plan; }

private:
    const NumberingPlan* plan = nullptr;
    std::string code;
    NumberType general;
    std::unique_ptr<DigitAutomaton> trunk;
    std::unique_ptr<DigitAutomaton> international;

    static std::unique_ptr<const DiallingPlan> make(std::string_view region);
};

}
