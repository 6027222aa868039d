#include "NumberingPlan.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <phonenumbers/phonenumberutil.h>

namespace i18n {
namespace phonenumbers {
// The tables that libphonenumber itself reads: a PhoneMetadataCollection of resources/phonemetadata.proto. Weak, for a library
// that keeps them to itself; then it is asked about everything.
__attribute__((weak)) int metadata_size();
__attribute__((weak)) const void* metadata_get();
}
}

namespace rapport {

using i18n::phonenumbers::PhoneNumberUtil;

namespace {
struct Unreadable {};
}

/// The fields of a message in the wire format of protocol buffers (protobuf.dev/programming-guides/encoding), by number.
struct NumberingPlan::Wire {
    std::multimap<int, std::string_view> texts;
    std::multimap<int, uint64_t> numbers;

    explicit Wire(std::string_view bytes) {
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

    std::string_view text(int field) const {
        const auto found = texts.find(field);
        return found == texts.end() ? std::string_view() : found->second;
    }
    uint64_t number(int field) const {
        const auto found = numbers.find(field);
        return found == numbers.end() ? 0 : found->second;
    }
};

namespace {

std::unique_ptr<DigitAutomaton> automaton(std::string_view expression) {
    auto made = std::make_unique<DigitAutomaton>(expression);
    if (!made->isKnown()) throw Unreadable();
    return made;
}

}

bool NumberingPlan::Type::holds(std::string_view national) const {
    if (!lengths.empty() && std::find(lengths.begin(), lengths.end(), int(national.size())) == lengths.end()) return false;
    return pattern && pattern->matches(national);
}

/// The order is that of `GetNumberTypeHelper` in libphonenumber's phonenumberutil.cc.
NumberingPlan::Kind NumberingPlan::Region::kind(std::string_view national) const {
    if (!general.holds(national)) return Kind::unknown;
    for (const Type& type : others) {
        if (type.holds(national)) return Kind::other;
    }
    if (fixedLine.holds(national)) return isOneForFixedAndMobile || mobile.holds(national) ? Kind::other : Kind::fixedLine;
    return !isOneForFixedAndMobile && mobile.holds(national) ? Kind::other : Kind::unknown;
}

NumberingPlan::Kind NumberingPlan::kind(std::string_view national) const {
    if (regions.size() == 1) return regions[0].kind(national);
    for (const Region& region : regions) {
        if (region.leadingDigits) {
            if (region.leadingDigits->matchesBeginning(national)) return region.kind(national);
        } else if (const Kind kind = region.kind(national); kind != Kind::unknown) {
            return kind;
        }
    }
    return Kind::unknown;
}

bool NumberingPlan::mayHavePrefix(std::string_view national) const {
    // An Italian zero is part of the number, and is counted.
    return national.empty() || national[0] == '0' || (prefix && prefix->matchesBeginning(national));
}

NumberingPlan::Type NumberingPlan::type(std::string_view description) {
    const Wire wire(description);
    Type type;
    for (auto [entry, end] = wire.numbers.equal_range(9); entry != end; ++entry) type.lengths.push_back(int(entry->second));
    if (wire.texts.count(9) != 0) throw Unreadable();
    // Nobody has a number of -1 digits: what a region does not have is said so.
    const bool isThere = type.lengths.empty() || type.lengths[0] > 0;
    const auto pattern = wire.text(2);
    if (isThere && !pattern.empty()) type.pattern = automaton(pattern);
    return type;
}

NumberingPlan::Region NumberingPlan::region(const Wire& metadata) {
    Region region;
    region.general = type(metadata.text(1));
    region.fixedLine = type(metadata.text(2));
    region.mobile = type(metadata.text(3));
    // Premium rate, toll free, shared cost, voice over IP, personal, pager, company-wide, voice mail.
    for (int field : {5, 4, 6, 8, 7, 21, 25, 28}) {
        Type other = type(metadata.text(field));
        if (other.pattern) region.others.push_back(std::move(other));
    }
    region.isOneForFixedAndMobile = metadata.number(18) != 0;
    if (const auto digits = metadata.text(23); !digits.empty()) region.leadingDigits = automaton(digits);
    return region;
}

std::unique_ptr<const NumberingPlan> NumberingPlan::make(int code) {
    if (!i18n::phonenumbers::metadata_get || !i18n::phonenumbers::metadata_size) return nullptr;
    std::list<std::string> names;
    PhoneNumberUtil::GetInstance()->GetRegionCodesForCountryCallingCode(code, &names);
    if (names.empty()) return nullptr;
    try {
        std::map<std::string_view, std::string_view> metadata;
        const auto* start = static_cast<const char*>(i18n::phonenumbers::metadata_get());
        const Wire all(std::string_view(start, size_t(i18n::phonenumbers::metadata_size())));
        for (auto [entry, end] = all.texts.equal_range(1); entry != end; ++entry) {
            const Wire one(entry->second);
            if (int(one.number(10)) == code) metadata.emplace(one.text(9), entry->second);
        }
        auto plan = std::make_unique<NumberingPlan>();
        plan->code = code;
        for (const std::string& name : names) {
            const auto found = metadata.find(name);
            if (found == metadata.end()) return nullptr;
            const Wire one(found->second);
            // Numbers are read by the rules of the code's first region.
            if (plan->regions.empty()) {
                if (const auto prefix = one.text(15); !prefix.empty()) plan->prefix = automaton(prefix);
            }
            plan->regions.push_back(region(one));
        }
        return plan;
    } catch (const Unreadable&) {
        return nullptr;
    }
}

const NumberingPlan* NumberingPlan::of(std::string_view digits) {
    struct Slot {
        std::once_flag once;
        std::unique_ptr<const NumberingPlan> plan;
    };
    static std::array<Slot, 1000> slots;
    size_t code = 0;
    for (size_t length = 1; length <= 3 && length < digits.size(); length++) {
        code = code * 10 + size_t(digits[length - 1] - '0');
        if (code == 0) return nullptr;
        Slot& slot = slots[code];
        std::call_once(slot.once, [&] { slot.plan = make(int(code)); });
        if (slot.plan) return slot.plan.get();
        // No code begins with another.
        std::list<std::string> regions;
        PhoneNumberUtil::GetInstance()->GetRegionCodesForCountryCallingCode(int(code), &regions);
        if (!regions.empty()) return nullptr;
    }
    return nullptr;
}

}
