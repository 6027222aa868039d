#!/usr/bin/env python3
"""Judges what `rapport worth`, `rfm`, `clv` and `explore --sum` make of several currencies, in whole numbers and exact fractions.

  Tests/Judge/currencies.py --rapport PATH [--houses N] [--seed S]

Currencies with no, two and three decimals; rates of days, of all days, the other way round and over a third currency, some from a later day on;
refunds in other currencies than the order's, on days with other rates; taxes, costs, cancelled orders, orders without an amount, people who
got back more than they paid. Amounts of worth must be equal to the minor unit, those of rfm and clv to the digits that they print.
"""
import collections
import datetime
import fractions
import zoneinfo

import small_house
from small_house import DAY, MINUTE
from small_orders import DIGITS, Order, Rates

START = 19_800 * DAY
CODES = ["EUR", "USD", "JPY", "KWD", "GBP", "CHF"]


def stated(chance, is_whole):
    """Rates to the euro of all but, at times, some before a day."""
    def days(near):
        first = "2020-01-01" if is_whole or chance.random() < 0.6 else small_house.rfc(START + 20 * DAY)[:10]
        return {first: round(near * chance.uniform(0.8, 1.2), 4), small_house.rfc(START + chance.randrange(21, 90) * DAY)[:10]: round(near, 4)}

    return {
        "EUR": {"USD": days(0.9), "JPY": round(0.006 * chance.uniform(0.8, 1.2), 6), "CHF": days(1.05)},
        # The other way round: what a euro is in dinars; and over francs.
        "KWD": {"EUR": days(0.33)}, "CHF": {"GBP": days(1.15), "EUR": 0.97}}


def history(chance):
    orders = []
    for person in range(14):
        for _ in range(chance.choice([0, 1, 2, 5])):
            own = chance.choice(CODES)
            total = chance.choice([None, 0, 1, 5, 1_050, chance.randrange(1, 200_000)])
            at = START + chance.randrange(0, 120 * 1_440) * MINUTE
            tax, cost = chance.choice([0, (total or 0) // 6]), chance.choice([None, None, (total or 0) // 2])
            order = Order(len(orders), f"c{person}@a.example", at, total, own, tax, cost)
            for _ in range(chance.choice([0, 0, 0, 1, 2])):
                other = own if chance.random() < 0.6 else chance.choice(CODES)
                back = chance.randrange(1, 60_000) if other != own or not total else chance.choice([total, max(1, total // 3)])
                tax_back = chance.choice([None, None, back // 6]) if other == own else None
                order.refunds.append((at + chance.randrange(1, 40 * 1_440) * MINUTE, back, other, tax_back))
            if chance.random() < 0.08:
                order.cancelled = at + DAY
            orders.append(order)
    return orders


def judge_worth(house, orders, rates, zone, until, currency):
    told = house.say("worth", "--dry-run", "--as-of", until.isoformat(), "--currency", currency)
    end = end_of(until, zone)
    own = {row["person"]: row for row in told["values"]}
    lacking, without = {}, 0
    sums = collections.defaultdict(collections.Counter)
    for order in orders:
        if not order.stands(end):
            continue
        whose = sums[house.ids[order.email]]
        whose["orders"] += 1
        revenue = order.revenue(end, rates, currency)
        cost = rates.convert(order.cost or 0, order.currency, currency, order.at)
        if revenue is None or cost is None:
            without += 1
            parts = [(order.currency, order.at)] + [(c, at) for at, _, c, _ in sorted(order.refunds, key=lambda refund: refund[0]) if at <= end and c != order.currency]
            first = next(((c, at) for c, at in parts if rates.factor(c, currency, rates.day(at)) is None), None)
            if order.total is not None and first:
                seen = lacking.get(first[0], (0, first[1]))
                lacking[first[0]] = (seen[0] + 1, min(seen[1], first[1]))
            continue
        whose["revenue"] += revenue
        whose["cost_of_goods"] += cost
    for person in sums.keys() | own.keys():
        row = own.get(person, {})
        for name in ["revenue", "cost_of_goods"]:
            got = small_house.minor(row.get(name, "0"), DIGITS[currency])
            assert got == sums[person][name], (currency, until, person, name, got, sums[person][name])
        assert int(row.get("orders", 0)) == sums[person]["orders"], (person, row)
    assert int(told["orders_without_amount"]) == without, (told["orders_without_amount"], without)
    assert {row["currency"]: (int(row["orders"]), row["first"]) for row in told["unconverted"]} == {
        code: (count, small_house.rfc(at)) for code, (count, at) in lacking.items()}, (told["unconverted"], lacking)


def end_of(day, zone):
    begin = datetime.datetime.combine(day + datetime.timedelta(1), datetime.time(), zoneinfo.ZoneInfo(zone))
    return round(begin.timestamp() * 1_000) - 1


def bought(house, orders, zone, until, units):
    """By person, day by day, what was spent; days without an amount too."""
    out = collections.defaultdict(lambda: collections.defaultdict(fractions.Fraction))
    for order in orders:
        if order.stands(until):
            day = small_house.moment(order.at).astimezone(zoneinfo.ZoneInfo(zone)).date()
            out[house.ids[order.email]][day] += units(order) or 0
    return out


def judge_customers(house, orders, rates, zone, currency, by_hand):
    """What rfm and clv say of each customer; with rates given by hand, whatever the day."""
    end = max((at for order in orders for at, _ in order.rows()), default=0)
    hand = Rates({currency: {code: rate for code, rate in by_hand.items()}}, zone)

    def units(order):
        net = order.net(end)
        if net is None:
            return None

        def part(amount, own, at):
            if own in by_hand:
                return fractions.Fraction(amount, 10 ** DIGITS[own]) * hand.rate(currency, own, "")
            return fractions.Fraction(rates.convert(amount, own, currency, at), 10 ** DIGITS[currency])

        back = sum(part(amount, other, at) for at, amount, other, _ in order.refunds if other != order.currency)
        return max(fractions.Fraction(0), part(net, order.currency, order.at) - back)

    words = ["--currency", currency] + [word for code, rate in by_hand.items() for word in ("--rate", f"{code}={rate}")]
    known = bought(house, orders, zone, end, units)
    last = max(day for days in known.values() for day in days)
    rows = {row["customer"]: row for row in house.rows("rfm", *words)}
    assert rows.keys() == known.keys(), rows.keys() ^ known.keys()
    for person, days in known.items():
        row = rows[person]
        assert (int(row["recency_days"]), int(row["frequency"])) == ((last - max(days)).days, len(days)), (row, days)
        assert abs(fractions.Fraction(row["money"]) - sum(days.values())) <= fractions.Fraction(51, 10 ** 4), (row, float(sum(days.values())))
    for row in house.rows("clv", "fit", "--dry-run", *words):
        days = known[row["customer"]]
        first = min(days)
        assert int(row["frequency"]) == len(days) - 1, (row, days)
        spans = [(max(days) - first).days / 7, (last - first).days / 7]
        assert all(abs(float(row[name]) - span) < 1e-4 for name, span in zip(["recency", "age"], spans)), (row, spans)
        if len(days) > 1:
            mean = sum(amount for day, amount in days.items() if day > first) / (len(days) - 1)
            assert abs(float(row["average_value"]) - float(mean)) <= 1e-4, (row, float(mean))


def judge_sums(house, orders, rates, currency):
    told = house.say("explore", "order.placed", "--sum", "total", "--every", "day", "--currency", currency, "--from", "2024-03-01", "--to", "2024-08-31")
    sums, left_out = collections.defaultdict(collections.Counter), 0
    for order in orders:
        if order.total is not None:
            sums[rates.day(order.at)][order.currency] += order.total
    own = dict(zip(told["periods"], told["all"]["values"]))
    for day, known in sums.items():
        exact = fractions.Fraction(0)
        for code, amount in known.items():
            factor = rates.factor(code, currency, day)
            exact += (factor or 0) * fractions.Fraction(amount, 10 ** DIGITS[code])
            left_out += 0 if factor else sum(r.total is not None and r.currency == code and rates.day(r.at) == day for r in orders)
        assert abs(fractions.Fraction(own[day]) - exact) <= fractions.Fraction(len(known), 2 * 10 ** DIGITS[currency]) + fractions.Fraction(1, 10 ** 6), (day, own[day], float(exact))
    left_out += sum(order.total is None for order in orders)
    assert int(told["left_out"]) == left_out, (told["left_out"], left_out)


def judge(chance, folder, rapport, number):
    zone = chance.choice(["UTC", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"])
    is_whole = chance.random() < 0.5
    said, orders = stated(chance, is_whole), history(chance)
    rows = sorted((row for order in orders for row in order.rows()), key=lambda row: row[0])
    house = small_house.House(rapport, folder, zone, {"rates": said}, [row for _, row in rows])
    house.ids = house.people()
    rates = Rates(said, zone)
    start = datetime.date(1970, 1, 1) + datetime.timedelta(START // DAY)
    for currency in ["EUR", chance.choice(["JPY", "KWD", "USD"])]:
        for after in [chance.randrange(10, 120), 200]:
            judge_worth(house, orders, rates, zone, start + datetime.timedelta(after), currency)
        judge_sums(house, orders, rates, currency)
    by_hand = {code: round(chance.uniform(0.1, 2), 3) for code in CODES[1:]}
    judge_customers(house, orders, rates, zone, "EUR", by_hand)
    if is_whole:
        judge_customers(house, orders, rates, zone, "EUR", {})


small_house.judge_houses(__doc__, judge, 4)
