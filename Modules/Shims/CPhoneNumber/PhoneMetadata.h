// libphonenumber's own tables, read as they lie in the library.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "DigitAutomaton.h"

namespace rapport {

struct Unreadable {};

/// The fields of a message in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding), by number.
struct Wire {
    std::multimap<int, std::string_view> texts;
    std::multimap<int, uint64_t> numbers;

    /// Throws `Unreadable`.
    explicit Wire(std::string_view bytes);

    std::string_view text(int field) const;
    uint64_t number(int field) const;
};

/// Numbers of one type: their lengths and how they are written.
struct NumberType {
    std::vector<int> lengths;
    std::unique_ptr<DigitAutomaton> pattern;

    NumberType() = default;
    /// Of a PhoneNumberDesc of resources/phonemetadata.proto. Throws `Unreadable`.
    explicit NumberType(std::string_view description);

    bool holds(std::string_view national) const;
};

/// One region of the tables.
struct RegionMetadata {
    std::string_view name;
    int code;
    /// A PhoneMetadata of resources/phonemetadata.proto.
    std::string_view bytes;

    /// All regions; none where the library keeps its tables to itself.
    static const std::vector<RegionMetadata>& all();
};

/// Throws `Unreadable` for an expression that is not understood.
std::unique_ptr<DigitAutomaton> automaton(std::string_view expression);

}
