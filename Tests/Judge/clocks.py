#!/usr/bin/env python3
"""Judges days, hours, weeks and months across changes of the clocks, by Python's zoneinfo: `rapport explore`, `cohorts`, `rfm`, `churn`, `worth`.

  Tests/Judge/clocks.py --rapport PATH [--houses N] [--seed S]

Each house lives in a zone whose clocks change within its history: by an hour or half of one, at midnight, at the end of a month, or by a day
that never was. Orders stand about every change, some a moment before or after a midnight.
"""
import collections
import datetime
import zoneinfo

import small_house
from small_house import MINUTE
from small_orders import Order

# A zone and the day (UTC) about which its clocks change.
CHANGES = [
    ("Europe/London", "2024-03-31"), ("Europe/London", "2024-10-27"), ("America/New_York", "2024-11-03"), ("America/New_York", "2025-03-09"),
    ("Pacific/Auckland", "2024-09-28"), ("Australia/Lord_Howe", "2025-04-05"), ("America/Santiago", "2024-09-08"),
    ("America/Santiago", "2025-04-06"), ("America/Sao_Paulo", "2018-11-04"), ("Asia/Beirut", "2024-03-30"), ("Africa/Cairo", "2024-10-31"),
    ("Pacific/Apia", "2011-12-30"), ("Antarctica/Troll", "2024-03-31"), ("Africa/Casablanca", "2025-02-23"), ("America/Havana", "2024-11-03"),
    ("Asia/Kathmandu", "2024-01-01"),
]
DAY, WEEK = datetime.timedelta(1), datetime.timedelta(7)


def period(day, every):
    """The first day of what a day is in."""
    return {"day": day, "week": day - DAY * day.weekday(), "month": day.replace(day=1)}[every]


def ahead(first, day, every):
    """How many periods after the first one a day is."""
    if every == "month":
        return (day.year - first.year) * 12 + day.month - first.month
    return (period(day, every) - first) // (WEEK if every == "week" else DAY)


def milliseconds(moment):
    return round(moment.timestamp() * 1_000)


class Judge:
    def __init__(self, chance, folder, rapport, zone, change):
        self.zone = zoneinfo.ZoneInfo(zone)
        middle = milliseconds(datetime.datetime.fromisoformat(change + "T00:00:00+00:00"))
        minutes = chance.choice([2 * 1_440, 20 * 1_440, 70 * 1_440])
        self.orders = []
        for person in range(chance.choice([3, 25])):
            for _ in range(chance.choice([1, 3, 9])):
                at = middle + chance.choice([0, 1]) * 600 * MINUTE + chance.randrange(-minutes, minutes) * MINUTE
                if chance.random() < 0.3:
                    # A moment about a midnight of the house.
                    at = self.start(self.day(at)) + chance.choice([-1, 0, 1, MINUTE])
                self.orders.append(Order(len(self.orders), f"c{person}@a.example", at, chance.randrange(1, 9_999)))
        self.orders.sort(key=lambda order: order.at)
        rows = [row for order in self.orders for _, row in order.rows()]
        self.house = small_house.House(rapport, folder, zone, None, rows)
        self.house.ids = self.house.people()
        self.days = sorted({self.day(order.at) for order in self.orders})

    def local(self, at):
        return small_house.moment(at).astimezone(self.zone)

    def day(self, at):
        return self.local(at).date()

    def start(self, day):
        """The first moment of a day: searched for, as midnight may not be, or be twice."""
        low = milliseconds(datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc)) - 30 * 60 * MINUTE
        high = low + 60 * 60 * MINUTE
        # Dates never go back but across a midnight that comes twice: then the day has begun the first time.
        while high - low > 1:
            half = (low + high) // 2
            low, high = (low, half) if self.day(half) >= day else (half, high)
        return high

    def explored(self, every):
        told = self.house.say(
            "explore", "order.placed", "--every", every, "--from", str(self.days[0]), "--to", str(self.days[-1]))
        known = collections.Counter(str(period(self.day(order.at), every)) for order in self.orders)
        names = [name + "-01" * (every == "month") for name in told["periods"]]
        own = {name: round(float(value)) for name, value in zip(names, told["all"]["values"]) if round(float(value))}
        assert own == dict(known), (every, own, known)
        assert names == sorted(set(names)), names
        people = self.house.say(
            "explore", "order.placed", "--people", "--every", every, "--from", str(self.days[0]), "--to", str(self.days[-1]))
        whom = collections.defaultdict(set)
        for order in self.orders:
            whom[str(period(self.day(order.at), every))].add(order.email)
        own = {name: round(float(value)) for name, value in zip(names, people["all"]["values"]) if round(float(value))}
        assert own == {name: len(them) for name, them in whom.items()}, (every, own)

    def told_apart(self, by, name):
        told = self.house.say(
            "explore", "order.placed", "--by", by, "--every", "month", "--from", str(self.days[0]), "--to", str(self.days[-1]), "--top", "30")
        known = collections.Counter(name(self.local(order.at)) for order in self.orders)
        own = {group["group"]: round(float(group["total"])) for group in told["groups"]}
        assert own == dict(known), (by, own, known)

    def cohorts(self, every):
        told = self.house.say("cohorts", "--every", every)
        bought = collections.defaultdict(set)
        spent = collections.defaultdict(collections.Counter)
        for order in self.orders:
            bought[order.email].add(self.day(order.at))
            spent[order.email][self.day(order.at)] += order.total
        active, revenue, size = collections.Counter(), collections.Counter(), collections.Counter()
        for email, days in bought.items():
            first = period(min(days), every)
            size[first] += 1
            for age in {ahead(first, day, every) for day in days}:
                active[first, age] += 1
            for day, amount in spent[email].items():
                revenue[first, ahead(first, day, every)] += amount
        assert [cohort["cohort"] for cohort in told["cohorts"]] == [
            str(first)[: 7 if every == "month" else 10] for first in sorted(size)], told["cohorts"]
        for first, cohort in zip(sorted(size), told["cohorts"]):
            assert int(cohort["customers"]) == size[first]
            for age, (count, amount) in enumerate(zip(cohort["active"], cohort["revenue"])):
                assert int(count) == active[first, age], (every, first, age, count, active[first, age])
                assert abs(float(amount) * 100 - revenue[first, age]) < 1e-3, (every, first, age, amount)
        last = period(self.days[-1], every)
        end = period(last + (WEEK if every == "week" else 32 * DAY), every) - DAY
        if end > self.days[-1]:
            last = period(last - DAY, every)
        for row in told["retention"]:
            age = int(row["age"])
            old = [first for first in size if ahead(first, last, every) >= age]
            whole = sum(size[first] for first in old)
            assert int(row["customers"]) == whole, (every, row, whole)
            assert abs(float(row["share"]) - sum(active[first, age] for first in old) / whole) < 1e-9, (every, row)

    def customers(self):
        days = collections.defaultdict(set)
        for order in self.orders:
            days[self.house.ids[order.email]].add(self.day(order.at))
        for row in self.house.rows("rfm"):
            own = days[row["customer"]]
            assert (int(row["recency_days"]), int(row["frequency"])) == ((self.days[-1] - max(own)).days, len(own)), (row, own)

    def evening(self, day):
        """A day's last moment is its, and no later one."""
        told = self.house.say("worth", "--dry-run", "--as-of", str(day))
        end = self.start(day + DAY) - 1
        own = sum(int(row["orders"]) for row in told["values"])
        assert own == sum(order.at <= end for order in self.orders), (day, own)
        assert sum(small_house.minor(row["revenue"]) for row in told["values"]) == sum(order.total for order in self.orders if order.at <= end)

    def run(self, chance):
        for every in ["day", "week", "month"]:
            self.explored(every)
        self.told_apart("hour", lambda moment: f"{moment.hour:02}:00")
        self.told_apart("weekday", lambda moment: str(moment.isoweekday()))
        for every in ["week", "month"]:
            self.cohorts(every)
        self.customers()
        for day in chance.sample(self.days, min(3, len(self.days))):
            self.evening(day)


def judge(chance, folder, rapport, number):
    zone, change = CHANGES[number % len(CHANGES)]
    print(f"{zone} about {change}", flush=True)
    Judge(chance, folder, rapport, zone, change).run(chance)


small_house.judge_houses(__doc__, judge, 4)
