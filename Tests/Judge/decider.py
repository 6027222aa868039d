"""A second decider, written from docs/decisions/0010-decision-policy.md. Test only; Python's standard library alone.

Reads histories as JSON lines on standard input and writes one verdict a line: send CHANNEL AT PERMISSION FALLBACKS,
wait CHANNEL UNTIL REASON PERMISSION FALLBACKS, or drop REASON.
"""

import bisect
import json
import sys
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

REASONS = [
    "erased", "expired", "restricted", "no_address", "suppressed.bounce", "suppressed.manual", "suppressed.complaint",
    "objection", "permission.none", "permission.withdrawn", "permission.unproven", "permission.insufficient",
    "permission.pending", "permission.lapsed", "standing.complaint_open", "standing.other", "household.duplicate",
    "silent_day", "quiet_hours", "cap.channel", "cap.topic", "cap.all",
]
MINUTE = 60_000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@lru_cache(maxsize=None)
def zone(name):
    return ZoneInfo(name)


@lru_cache(maxsize=400_000)
def local(moment_minute, name):
    """Local date and minute of the day of a whole UTC minute."""
    there = (EPOCH + timedelta(minutes=moment_minute)).astimezone(zone(name))
    return there.year, there.month, there.day, there.hour * 60 + there.minute


def covers(scope, proposal, channel):
    wanted = (proposal["brand"], proposal["topic"], channel)
    return all(part in (0, want) for part, want in zip(scope, wanted))


def rule_for(policy, person, proposal, channel):
    best, best_rank = None, -1
    for rule in policy["rules"]:
        if rule["class"] != proposal["class"]:
            continue
        if rule["channel"] not in (0, channel):
            continue
        if rule["capacity"] is not None and rule["capacity"] != person["capacity"]:
            continue
        countries = rule["countries"]
        if countries and person["country"] not in countries:
            continue
        rank = 4 * min(2, {0: 0, 1: 2}.get(len(countries), 1))
        rank += 2 if rule["channel"] else 0
        rank += 1 if rule["capacity"] is not None else 0
        if rank > best_rank:
            best, best_rank = rule, rank
    return best or {"bases": [{"basis": "consent", "confirmed": False, "lasts": None}], "nothing": False}


def permission(policy, person, proposal, channel, start):
    """(ledger row, None) or (None, reason)."""
    withdrawals = [w for w in person["withdrawals"] if covers(w["scope"], proposal, channel)]
    if proposal["class"] == "service":
        withdrawals = [w for w in withdrawals if w["scope"][1] != 0]
    rule = rule_for(policy, person, proposal, channel)
    if rule["nothing"]:
        return (None, "permission.withdrawn") if withdrawals else (0, None)

    def flaw(entry):
        for w in withdrawals:
            if entry["imported"] or w["at"] >= entry["at"]:
                return "permission.withdrawn"
        if not entry["proven"]:
            return "permission.unproven"
        enough = next((b for b in rule["bases"] if b["basis"] == entry["basis"]), None)
        if enough is None:
            return "permission.insufficient"
        if entry["status"] == "pending" or (enough["confirmed"] and entry["status"] != "confirmed"):
            return "permission.pending"
        if enough["lasts"] is not None and entry["at"] + enough["lasts"] <= start:
            return "permission.lapsed"
        return None

    looked_at = [
        e for e in person["permissions"] if covers(e["scope"], proposal, channel) and e["scope"][0] == proposal["brand"]
    ]
    looked_at.sort(key=lambda e: (e["at"], e["id"]), reverse=True)
    for entry in looked_at:
        if flaw(entry) is None:
            return entry["id"], None
    if looked_at:
        return None, flaw(looked_at[0])
    return None, "permission.withdrawn" if withdrawals else "permission.none"


def refusal(offer, policy, person, proposal, start):
    """(ledger row, None) or (None, reason) for guards 4 to 9."""
    kind = proposal["class"]
    if not offer["has_address"]:
        return None, "no_address"
    if kind == "notice":
        return 0, None
    if "bounce" in offer["suppressions"]:
        return None, "suppressed.bounce"
    if "manual" in offer["suppressions"]:
        return None, "suppressed.manual"
    if kind == "security":
        return 0, None
    if kind == "marketing":
        if "complaint" in offer["suppressions"]:
            return None, "suppressed.complaint"
        if any(covers(o["scope"], proposal, offer["channel"]) for o in person["objections"]):
            return None, "objection"
    return permission(policy, person, proposal, offer["channel"], start)


def later_minute(at, limit, inside):
    """The first moment from `at` on that is not inside; looked for minute by minute, since all offsets are whole minutes."""
    if not inside(at // MINUTE):
        return at
    minute = at // MINUTE + 1
    while minute * MINUTE < limit and inside(minute):
        minute += 1
    return minute * MINUTE


def free_moment(policy, person, proposal, channel, start, limit):
    """(moment, None | first reason); the moment is None when the search reaches the limit."""
    kind, name, country = proposal["class"], person["zone"], person["country"]

    def in_country(item):
        return item["country"] in ("", country)

    silent_days = [d for d in policy["silent_days"] if in_country(d)]

    def silent(minute):
        year, month, day, _ = local(minute, name)
        return any(d["month"] == month and d["day"] == day and d["year"] in (0, year) for d in silent_days)

    windows = [
        (q["from"], q["until"]) for q in policy["quiet_hours"]
        if kind in q["classes"] and q["channel"] in (0, channel) and in_country(q)
    ]
    if kind == "marketing" and person["quiet"]:
        windows.append(tuple(person["quiet"]))

    def quiet(minute):
        now = local(minute, name)[3]
        for first, last in windows:
            if first <= last and first <= now < last:
                return True
            if first > last and (now >= first or now < last):
                return True
        return False

    counted = [
        c for c in person["contacts"]
        if c["class"] == "marketing" and not (proposal["act"] != 0 and c["act"] == proposal["act"])
    ]

    def after_caps(at, scope):
        for cap in policy["caps"]:
            if cap["scope"] != scope:
                continue
            own = {"channel": channel, "topic": proposal["topic"], "all": 0}[scope]
            if scope != "all" and cap["id"] not in (0, own):
                continue
            moments = sorted(c["at"] for c in counted if scope == "all" or c[scope] == own)
            if cap["limit"] <= 0:
                return limit

            def count(moment):
                return len(moments) - bisect.bisect_right(moments, moment - cap["window"])

            if count(at) >= cap["limit"]:
                # The count only falls where a contact leaves the window.
                at = next(m + cap["window"] for m in moments if m + cap["window"] > at and count(m + cap["window"]) < cap["limit"])
        return at

    guards = []
    if kind == "marketing" and silent_days:
        guards.append(("silent_day", lambda at: later_minute(at, limit, silent)))
    if windows:
        guards.append(("quiet_hours", lambda at: later_minute(at, limit, quiet)))
    if kind == "marketing":
        for scope in ("channel", "topic", "all"):
            guards.append(("cap." + scope, lambda at, scope=scope: after_caps(at, scope)))

    at, first = start, None
    while True:
        before = at
        for reason, move in guards:
            moved = move(at)
            if moved > at:
                at, first = moved, first or reason
                if at >= limit:
                    return None, first
        if at == before:
            return at, first


def furthest(refused):
    return max(refused, key=REASONS.index) if refused else "no_address"


def decide(history):
    proposal, person, policy, wall = (history[k] for k in ("proposal", "person", "policy", "wall"))
    kind = proposal["class"]
    start = wall if proposal["not_before"] is None else max(wall, proposal["not_before"])
    limit = min(proposal["expires_at"], start + max(policy["maximum_deferral"], 1))

    if person["erased"]:
        return "drop erased"
    if start >= proposal["expires_at"]:
        return "drop expired"
    if person["restricted"] and kind in ("marketing", "service"):
        return "drop restricted"

    first_offers = {}
    for offer in proposal["offers"]:
        first_offers.setdefault(offer["channel"], offer)
    order = [c for c in dict.fromkeys(person["channels"]) if c in first_offers]
    order += [c for c in first_offers if c not in order]

    opened, refused = [], []
    for channel in order:
        row, reason = refusal(first_offers[channel], policy, person, proposal, start)
        if reason is None:
            opened.append((channel, row))
        else:
            refused.append(reason)
    if not opened:
        return "drop " + furthest(refused)

    for guard in policy["standing_guards"]:
        if kind == "notice" or kind not in guard["classes"]:
            continue
        for s in person["standings"]:
            if s["fact"] == guard["fact"] and s["since"] <= start and (s["until"] is None or start < s["until"]):
                return "drop " + guard["reason"]
    if kind == "marketing" and policy["one_per_household"] and person["household"]:
        return "drop household.duplicate"

    fallbacks = [
        str(t["token"]) for t in person["tokens"] if t["quality"] != "good" or t["confidence"] < policy["token_confidence"]
    ]
    tail = ",".join(fallbacks) or "-"
    for channel, row in opened:
        if kind in ("security", "notice"):
            return f"send {channel} {start} {row} {tail}"
        moment, reason = free_moment(policy, person, proposal, channel, start, limit)
        if moment is None:
            refused.append(reason)
        elif moment == start:
            return f"send {channel} {start} {row} {tail}"
        else:
            return f"wait {channel} {moment} {reason} {row} {tail}"
    return "drop " + furthest(refused)


if __name__ == "__main__":
    for line in sys.stdin:
        print(decide(json.loads(line)))
