#include "NumberingPlan.h"

#include <algorithm>
#include <array>
#include <list>
#include <mutex>
#include <phonenumbers/phonenumberutil.h>

namespace rapport {

using i18n::phonenumbers::PhoneNumberUtil;

/// The order is that of `GetNumberTypeHelper` in libphonenumber's phonenumberutil.cc.
NumberingPlan::Kind NumberingPlan::Region::kind(std::string_view national) const {
    if (!general.holds(national)) return Kind::unknown;
    for (const NumberType& type : others) {
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

NumberingPlan::Region::Region(const Wire& metadata)
    : general(metadata.text(1)), fixedLine(metadata.text(2)), mobile(metadata.text(3)) {
    // Premium rate, toll free, shared cost, voice over IP, personal, pager, company-wide, voice mail.
    for (int field : {5, 4, 6, 8, 7, 21, 25, 28}) {
        NumberType other(metadata.text(field));
        if (other.pattern) others.push_back(std::move(other));
    }
    isOneForFixedAndMobile = metadata.number(18) != 0;
    if (const auto digits = metadata.text(23); !digits.empty()) leadingDigits = automaton(digits);
}

std::unique_ptr<const NumberingPlan> NumberingPlan::make(int code) {
    std::list<std::string> names;
    PhoneNumberUtil::GetInstance()->GetRegionCodesForCountryCallingCode(code, &names);
    if (names.empty()) return nullptr;
    try {
        const auto& all = RegionMetadata::all();
        auto plan = std::make_unique<NumberingPlan>();
        plan->code = code;
        for (const std::string& name : names) {
            const auto found =
                std::find_if(all.begin(), all.end(), [&](auto& region) { return region.code == code && region.name == name; });
            if (found == all.end()) return nullptr;
            const Wire one(found->bytes);
            // Numbers are read by the rules of the code's first region.
            if (plan->regions.empty()) {
                if (const auto prefix = one.text(15); !prefix.empty()) plan->prefix = automaton(prefix);
            }
            plan->regions.emplace_back(one);
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
