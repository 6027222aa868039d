#include "PhoneMetadata.h"

#include <algorithm>

namespace i18n {
namespace phonenumbers {
// The tables that libphonenumber itself reads: a PhoneMetadataCollection of resources/phonemetadata.proto. Weak, for a library
// that keeps them to itself; then it is asked about everything.
__attribute__((weak)) int metadata_size();
__attribute__((weak)) const void* metadata_get();
}
}

namespace rapport {

Wire::Wire(std::string_view bytes) {
    size_t at = 0;
    auto varint = [&] {
        uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= bytes.size()) throw Unreadable();
            const auto byte = uint8_t(bytes[at++]);
            value |= uint64_t(byte & 0x7F) << shift;
            if (byte < 0x80) return value;
        }
        throw Unreadable();
    };
    while (at < bytes.size()) {
        const uint64_t tag = varint();
        switch (tag & 7) {
        case 0: numbers.emplace(int(tag >> 3), varint()); break;
        case 2: {
            const uint64_t length = varint();
            if (length > bytes.size() - at) throw Unreadable();
            texts.emplace(int(tag >> 3), bytes.substr(at, length));
            at += length;
            break;
        }
        default: throw Unreadable();
        }
    }
}

std::string_view Wire::text(int field) const {
    const auto found = texts.find(field);
    return found == texts.end() ? std::string_view() : found->second;
}

uint64_t Wire::number(int field) const {
    const auto found = numbers.find(field);
    return found == numbers.end() ? 0 : found->second;
}

std::unique_ptr<DigitAutomaton> automaton(std::string_view expression) {
    auto made = std::make_unique<DigitAutomaton>(expression);
    if (!made->isKnown()) throw Unreadable();
    return made;
}

NumberType::NumberType(std::string_view description) {
    const Wire wire(description);
    for (auto [entry, end] = wire.numbers.equal_range(9); entry != end; ++entry) lengths.push_back(int(entry->second));
    if (wire.texts.count(9) != 0) throw Unreadable();
    // Nobody has a number of -1 digits: what a region does not have is said so.
    const bool isThere = lengths.empty() || lengths[0] > 0;
    const auto expression = wire.text(2);
    if (isThere && !expression.empty()) pattern = automaton(expression);
}

bool NumberType::holds(std::string_view national) const {
    if (!lengths.empty() && std::find(lengths.begin(), lengths.end(), int(national.size())) == lengths.end()) return false;
    return pattern && pattern->matches(national);
}

const std::vector<RegionMetadata>& RegionMetadata::all() {
    static const std::vector<RegionMetadata> regions = [] {
        std::vector<RegionMetadata> found;
        if (!i18n::phonenumbers::metadata_get || !i18n::phonenumbers::metadata_size) return found;
        try {
            const auto* start = static_cast<const char*>(i18n::phonenumbers::metadata_get());
            const Wire all(std::string_view(start, size_t(i18n::phonenumbers::metadata_size())));
            for (auto [entry, end] = all.texts.equal_range(1); entry != end; ++entry) {
                const Wire one(entry->second);
                found.push_back({one.text(9), int(one.number(10)), entry->second});
            }
        } catch (const Unreadable&) {
            found.clear();
        }
        return found;
    }();
    return regions;
}

}
