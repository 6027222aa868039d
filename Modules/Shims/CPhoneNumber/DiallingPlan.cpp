#include "DiallingPlan.h"

#include <algorithm>
#include <array>
#include <mutex>

namespace rapport {

int DiallingPlan::abroad(std::string_view digits) const {
    if (!international) return 0;
    const int length = international->beginning(digits);
    // No country code begins with 0: then it was no such prefix.
    if (length < 0 || (length > 0 && (size_t(length) == digits.size() || digits[size_t(length)] == '0'))) return -1;
    return length;
}

/// The steps are those of `MaybeExtractCountryCode` and `MaybeStripNationalPrefixAndCarrierCode` in phonenumberutil.cc.
std::string_view DiallingPlan::national(std::string_view digits) const {
    // It may be the country code without its plus: libphonenumber weighs both.
    if (digits.substr(0, code.size()) == code) return {};
    auto rest = digits;
    if (trunk) {
        const int length = trunk->beginning(digits);
        if (length < 0) return {};
        rest = digits.substr(size_t(length));
        // A number that is one with the prefix and none without keeps it.
        if (length > 0 && general.pattern->matches(digits) && !general.pattern->matches(rest)) rest = digits;
    }
    const auto& lengths = general.lengths;
    if (std::find(lengths.begin(), lengths.end(), int(rest.size())) == lengths.end()) return {};
    // An Italian zero is part of the number, and is counted.
    return rest[0] == '0' ? std::string_view() : rest;
}

std::unique_ptr<const DiallingPlan> DiallingPlan::make(std::string_view region) {
    const auto& all = RegionMetadata::all();
    const auto found = std::find_if(all.begin(), all.end(), [&](auto& one) { return one.name == region; });
    if (found == all.end()) return nullptr;
    try {
        const Wire metadata(found->bytes);
        // A rule that turns what was dialled into something else is not for tables.
        if (!metadata.text(16).empty()) return nullptr;
        auto plan = std::make_unique<DiallingPlan>();
        plan->code = std::to_string(found->code);
        plan->plan = NumberingPlan::of(plan->code + "000");
        plan->general = NumberType(metadata.text(1));
        if (!plan->plan || !plan->general.pattern || plan->general.lengths.empty()) return nullptr;
        if (const auto prefix = metadata.text(15); !prefix.empty()) plan->trunk = automaton(prefix);
        if (const auto prefix = metadata.text(11); !prefix.empty()) plan->international = automaton(prefix);
        return plan;
    } catch (const Unreadable&) {
        return nullptr;
    }
}

const DiallingPlan* DiallingPlan::of(std::string_view region) {
    struct Slot {
        std::once_flag once;
        std::unique_ptr<const DiallingPlan> plan;
    };
    static std::array<Slot, 26 * 26> slots;
    if (region.size() != 2 || region[0] < 'A' || region[0] > 'Z' || region[1] < 'A' || region[1] > 'Z') return nullptr;
    Slot& slot = slots[size_t(region[0] - 'A') * 26 + size_t(region[1] - 'A')];
    std::call_once(slot.once, [&] { slot.plan = make(region); });
    return slot.plan.get();
}

}
