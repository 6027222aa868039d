// Regular expressions over decimal digits, as libphonenumber's tables write them, turned into tables of transitions.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rapport {

class DigitAutomaton {
public:
    /// Whether the expression was understood. One that uses more than digits, classes, groups, alternatives and counts is left
    /// to libphonenumber.
    bool isKnown() const { return known; }
    explicit DigitAutomaton(std::string_view expression);

    /// Whether all of `digits` (ASCII 0 to 9) is in the language.
    bool matches(std::string_view digits) const;
    /// Whether some beginning of `digits`, the empty one too, is.
    bool matchesBeginning(std::string_view digits) const;
    /// How long the only beginning of `digits` is that is in the language: 0 for none, -1 where there are several and it depends
    /// on the reader of the expression which one is taken.
    int beginning(std::string_view digits) const;

private:
    struct State {
        std::array<int32_t, 10> next;
        bool accepts;
    };
    bool known = false;
    std::vector<State> states;
};

}
