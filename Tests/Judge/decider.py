#!/usr/bin/env python3
"""A second decider, written from docs/decisions/0010-decision-policy.md alone.

It reads histories as JSON lines from standard input and writes one verdict a line. It shares no code and no
data with the Swift decider; `DecisionJudgeTests` compares the two. The headings below are those of the page.
It is written for clarity, not for speed: where the page says "the first moment at which…", this walks there.
"""

import datetime
import json
import sys
import zoneinfo

# ---- Reasons, in order ------------------------------------------------------------------------------------

REASONS = [
    "erased", "expired", "restricted", "no_address",
    "suppressed.bounce", "suppressed.manual", "suppressed.complaint", "objection",
    "permission.none", "permission.withdrawn", "permission.unproven", "permission.insufficient",
    "permission.pending", "permission.lapsed",
    "standing.complaint_open", "standing.other", "household.duplicate",
    "silent_day", "quiet_hours", "cap.channel", "cap.topic", "cap.all", "cap.person",
    "held_out",
]


def furthest(reasons):
    return max(reasons, key=REASONS.index)


# ---- Units: scopes, windows, local time -------------------------------------------------------------------

SECOND = 1_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def covers(scope, proposal, channel):
    """A scope is [brand, topic, channel]; 0 means all."""
    message = (proposal["brand"], proposal["topic"], channel)
    return all(part in (0, its) for part, its in zip(scope, message))


class Zone:
    """Local time as an offset that is constant between the zone's transitions."""

    def __init__(self, name):
        self.zone = zoneinfo.ZoneInfo(name)

    def offset(self, moment):
        """How far wall clocks are ahead of UTC. Transitions fall on whole seconds."""
        instant = EPOCH + datetime.timedelta(seconds=moment // SECOND)
        return instant.astimezone(self.zone).utcoffset() // datetime.timedelta(milliseconds=1)

    def local(self, moment):
        """The local time, as milliseconds since the local 1970-01-01 00:00."""
        return moment + self.offset(moment)

    def date(self, moment):
        return (EPOCH + datetime.timedelta(days=self.local(moment) // DAY)).date()

    def minute(self, moment):
        """The local minute of the day, rounded down."""
        return self.local(moment) % DAY // MINUTE

    def next_change(self, moment, minutes):
        """The first later moment at which the clocks change, or they show 00:00 or one of these minutes of the day.

        Between two such moments neither the local date changes nor a window begins or ends.
        """
        local = self.local(moment)
        midnight = local - local % DAY
        edges = [midnight + minute * MINUTE for minute in minutes] + [midnight + DAY]
        edge = moment + min(edge for edge in edges if edge > local) - local
        if self.offset(edge) == self.offset(moment):
            return edge  # No zone changes its clocks there and back within a day.
        before, after = moment // SECOND, edge // SECOND
        while after - before > 1:
            middle = (before + after) // 2
            if self.offset(middle * SECOND) == self.offset(moment):
                before = middle
            else:
                after = middle
        return after * SECOND


ZONES = {}


def zone_named(name):
    if name not in ZONES:
        ZONES[name] = Zone(name)
    return ZONES[name]


# ---- Permission -------------------------------------------------------------------------------------------

CONSENT_SUFFICES = {"nothing": False, "bases": [{"basis": "consent", "confirmed": False, "lasts": None}]}


def rule_that_speaks(rules, proposal, person, channel):
    best, best_rank = CONSENT_SUFFICES, -1
    for rule in rules:
        countries = rule["countries"]
        if rule["class"] != proposal["class"]:
            continue
        if rule["channel"] not in (0, channel):
            continue
        if rule["capacity"] not in (None, person["capacity"]):
            continue
        if countries and person["country"] not in countries:
            continue
        place = {0: 0, 1: 2}.get(len(countries), 1)
        rank = 4 * place + 2 * (rule["channel"] != 0) + (rule["capacity"] is not None)
        if rank > best_rank:  # Of equal ranks the earlier stays.
            best, best_rank = rule, rank
    return best


def flaw(permission, rule, withdrawals, start):
    """The first flaw of a permission, or None."""
    if any(permission["imported"] or withdrawal["at"] >= permission["at"] for withdrawal in withdrawals):
        return "permission.withdrawn"
    if not permission["proven"]:
        return "permission.unproven"
    entries = [entry for entry in rule["bases"] if entry["basis"] == permission["basis"]]
    if not entries:
        return "permission.insufficient"
    entry = entries[0]
    if permission["status"] == "pending" or (entry["confirmed"] and permission["status"] != "confirmed"):
        return "permission.pending"
    if entry["lasts"] is not None and permission["at"] + entry["lasts"] <= start:
        return "permission.lapsed"
    return None


def permission_guard(proposal, person, policy, channel, start):
    """The reason to refuse the channel, or None; and the permission that the message rests on, or None."""
    withdrawals = [
        withdrawal for withdrawal in person["withdrawals"]
        if covers(withdrawal["scope"], proposal, channel)
        and (proposal["class"] != "service" or withdrawal["scope"][1] != 0)
    ]
    rule = rule_that_speaks(policy["rules"], proposal, person, channel)
    if rule["nothing"]:
        return ("permission.withdrawn" if withdrawals else None), None

    looked_at = [
        permission for permission in person["permissions"]
        if covers(permission["scope"], proposal, channel) and permission["scope"][0] == proposal["brand"]
    ]
    looked_at.sort(key=lambda permission: (permission["at"], permission["id"]))
    flaws = [flaw(permission, rule, withdrawals, start) for permission in looked_at]
    if None in flaws:
        return None, [permission for permission, its in zip(looked_at, flaws) if its is None][-1]["id"]
    if flaws:
        return flaws[-1], None
    return ("permission.withdrawn" if withdrawals else "permission.none"), None


# ---- The earliest free moment -----------------------------------------------------------------------------
# Each guard answers the first moment from `at` on that it lets pass, or `limit` if there is none before.


def silent_day(at, limit, proposal, person, policy, channel):
    if proposal["class"] != "marketing":
        return at
    zone = zone_named(person["zone"])
    days = {
        (day["year"], day["month"], day["day"]) for day in policy["silent_days"]
        if day["country"] in ("", person["country"])
    }
    while at < limit:
        date = zone.date(at)
        if (0, date.month, date.day) not in days and (date.year, date.month, date.day) not in days:
            return at
        at = zone.next_change(at, [])
    return limit


def inside(window, minute):
    start, until = window
    if start > until:
        return minute >= start or minute < until
    return start <= minute < until


def quiet_hours(at, limit, proposal, person, policy, channel):
    zone = zone_named(person["zone"])
    windows = [
        (window["from"], window["until"]) for window in policy["quiet_hours"]
        if proposal["class"] in window["classes"]
        and window["channel"] in (0, channel)
        and window["country"] in ("", person["country"])
    ]
    if proposal["class"] == "marketing" and person["quiet"] is not None:
        windows.append(tuple(person["quiet"]))
    edges = [edge for window in windows for edge in window]
    while at < limit:
        minute = zone.minute(at)
        if not any(inside(window, minute) for window in windows):
            return at
        at = zone.next_change(at, edges)
    return limit


def caps_of_house(scope, proposal, person, policy, mine):
    return [
        cap for cap in policy["caps"]
        if cap["scope"] == scope and (scope == "all" or cap["id"] in (0, mine))
    ]


def cap_of_person(scope, proposal, person, policy, mine):
    """At most one message in the span that the person asked for."""
    span = person["at_most_every"]
    return [] if span is None or span <= 0 else [{"limit": 1, "window": span}]


def cap_guard(scope, applying=caps_of_house):
    """The guard that asks about caps that count one scope: channel, topic or all."""

    def guard(at, limit, proposal, person, policy, channel):
        if proposal["class"] != "marketing":
            return at
        mine = {"channel": channel, "topic": proposal["topic"]}.get(scope)
        caps = applying(scope, proposal, person, policy, mine)
        counted = [
            contact["at"] for contact in person["contacts"]
            if contact["class"] == "marketing"
            and not (proposal["act"] != 0 and contact["act"] == proposal["act"])
            and (scope == "all" or contact[scope] == mine)
        ]

        def has_room(cap, moment):
            return sum(1 for contact in counted if contact > moment - cap["window"]) < cap["limit"]

        # Room comes only at a moment at which a contact leaves a window.
        leaves = sorted(contact + cap["window"] for cap in caps for contact in counted)
        for moment in [at] + [moment for moment in leaves if moment > at]:
            if all(has_room(cap, moment) for cap in caps):
                return min(moment, limit)
        return limit

    return guard


GUARDS_OF_TIME = [
    ("silent_day", silent_day),
    ("quiet_hours", quiet_hours),
    ("cap.channel", cap_guard("channel")),
    ("cap.topic", cap_guard("topic")),
    ("cap.all", cap_guard("all")),
    ("cap.person", cap_guard("all", cap_of_person)),
]


def earliest_free_moment(start, limit, proposal, person, policy, channel):
    """The moment, or None if it is not before `limit`; and the guard that spoke first, or None."""
    at, spoke_first = start, None
    moved = True
    while moved:
        moved = False
        for reason, guard in GUARDS_OF_TIME:
            if reason in person["exempt"]:
                continue
            free = guard(at, limit, proposal, person, policy, channel)
            if free == at:
                continue
            at, moved, spoke_first = free, True, spoke_first or reason
            if at >= limit:
                return None, spoke_first
    return at, spoke_first


# ---- The guards, in order ---------------------------------------------------------------------------------


def channels_to_try(proposal, person):
    """The first offer of each channel, the person's preferred channels first."""
    offers = {}
    for offer in proposal["offers"]:
        offers.setdefault(offer["channel"], offer)
    preferred = [channel for channel in person["channels"] if channel in offers]
    order = dict.fromkeys(preferred + list(offers))  # A channel preferred twice counts once, too.
    return [offers[channel] for channel in order]


def channel_guards(offer, proposal, person, policy, start):
    """Guards 4 to 9: the reason to refuse the channel, or None; and the permission that the message rests on."""
    kind, channel = proposal["class"], offer["channel"]
    if not offer["has_address"]:
        return "no_address", None
    if kind == "notice":
        return None, None
    if "bounce" in offer["suppressions"]:
        return "suppressed.bounce", None
    if "manual" in offer["suppressions"]:
        return "suppressed.manual", None
    if kind == "security":
        return None, None
    if kind == "marketing" and "complaint" in offer["suppressions"]:
        return "suppressed.complaint", None
    if kind == "marketing" and any(covers(each["scope"], proposal, channel) for each in person["objections"]):
        return "objection", None
    return permission_guard(proposal, person, policy, channel, start)


def decide(history):
    """(verdict, channel, moment, reason, permission, fallbacks), as far as the verdict has them."""
    wall, proposal, person, policy = (history[key] for key in ("wall", "proposal", "person", "policy"))
    kind = proposal["class"]

    # Two moments
    start = wall if proposal["not_before"] is None else max(wall, proposal["not_before"])
    limit = min(proposal["expires_at"], start + max(policy["maximum_deferral"], 1))

    # 1 to 3
    if person["erased"]:
        return drop("erased")
    if start >= proposal["expires_at"]:
        return drop("expired")
    if person["restricted"] and kind in ("marketing", "service"):
        return drop("restricted")

    # 4 to 9
    opened, refused = [], []
    for offer in channels_to_try(proposal, person):
        reason, permission = channel_guards(offer, proposal, person, policy, start)
        if reason is None:
            opened.append((offer["channel"], permission))
        else:
            refused.append(reason)
    if not opened:
        return drop(furthest(refused) if refused else "no_address")

    # 10
    for guard in policy["standing_guards"]:
        if kind == "notice" or kind not in guard["classes"]:
            continue
        for standing in person["standings"]:
            if standing["fact"] != guard["fact"] or standing["since"] > start:
                continue
            if standing["until"] is None or start < standing["until"]:
                return drop(guard["reason"])

    # 11
    is_asked = "household.duplicate" not in person["exempt"]
    if kind == "marketing" and policy["one_per_household"] and person["household"] and is_asked:
        return drop("household.duplicate")

    # Then time
    fallbacks = [
        token["token"] for token in person["tokens"]
        if token["quality"] != "good" or token["confidence"] < policy["token_confidence"]
    ]
    for channel, permission in opened:
        if kind in ("security", "notice"):
            return ("send", channel, start, None, permission, fallbacks)
        at, reason = earliest_free_moment(start, limit, proposal, person, policy, channel)
        if at is not None and is_held_out(proposal):  # 12
            return drop("held_out")
        if at == start:
            return ("send", channel, at, None, permission, fallbacks)
        if at is not None:
            return ("wait", channel, at, reason, permission, fallbacks)
        refused.append(reason)
    return drop(furthest(refused))


def is_held_out(proposal):
    kept_back = proposal["hold_out"]
    return proposal["class"] == "marketing" and kept_back is not None and kept_back["draw"] < kept_back["share"]


def drop(reason):
    return ("drop", None, None, reason, None, [])


def line(decision):
    """As the test writes it: no permission is 0, no fallbacks are a dash."""
    verdict, channel, moment, reason, permission, fallbacks = decision
    if verdict == "drop":
        return f"drop {reason}"
    why = f" {reason}" if verdict == "wait" else ""
    return f"{verdict} {channel} {moment}{why} {permission or 0} {','.join(map(str, fallbacks)) or '-'}"


if __name__ == "__main__":
    for each in sys.stdin:
        print(line(decide(json.loads(each))))
