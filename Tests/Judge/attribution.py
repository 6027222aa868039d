#!/usr/bin/env python3
"""Judges `rapport attribution`: random journeys of messages and orders, shared out by five rules in exact fractions.

  Tests/Judge/attribution.py --rapport PATH [--houses N] [--seed S]

Messages at one moment, purchases at the very end of a look-back, several channels, orders within each other's look-back, refunds before
and after the day asked about, cancelled orders, taxes, orders without an amount. Each amount must be equal to the minor unit.
"""
import collections
import decimal
import fractions
import math

import small_house
from small_house import DAY, MINUTE
from small_orders import Order, Rates

decimal.getcontext().prec = 60
MODELS = ["first", "last", "linear", "time_decay", "position"]
NOON = 20_000 * DAY + DAY // 2


def weights(model, moments, half_life):
    count, one = len(moments), fractions.Fraction(1)
    if model in ("first", "last"):
        return [one * (place == (0 if model == "first" else count - 1)) for place in range(count)]
    if model == "linear" or (model == "position" and count < 3):
        return [one] * count
    if model == "position":
        return [one * 2 / 5 if place in (0, count - 1) else one / 5 / (count - 2) for place in range(count)]
    return [fractions.Fraction(decimal.Decimal(2) ** (decimal.Decimal(at - moments[-1]) / half_life)) for at in moments]


def shared_out(amount, parts):
    """By largest remainders; of equal ones the earlier gets the unit."""
    exact = [amount * part / sum(parts) for part in parts]
    out = [math.floor(value) for value in exact]
    for place in sorted(range(len(parts)), key=lambda place: (out[place] - exact[place], place))[: amount - sum(out)]:
        out[place] += 1
    return out


def history(chance, look_back):
    messages, orders = [], []
    for person in range(25):
        email, count = f"c{person}@a.example", chance.choice([0, 1, 2, 5, 5, 6, 9])
        at = NOON - 60 * DAY
        for _ in range(count):
            # At times two at once, which stand as they came.
            at += chance.choice([0, MINUTE, chance.randrange(1, 2 * DAY)])
            messages.append((at, email, chance.choice("abcde"), chance.choice(["email", "letter", "sms"])))
        own = [message for message in messages if message[1] == email]
        for _ in range(chance.choice([0, 2, 4, 8])):
            placed = NOON - chance.randrange(1, 60 * DAY)
            if own and chance.random() < 0.7:
                # At the message itself, or as its look-back ends, or a moment after; or when all had come.
                sent, _, _, channel = chance.choice(own)
                placed = chance.choice([sent, sent - 1, sent + look_back[channel], sent + look_back[channel] + 1, at + MINUTE, at + MINUTE])
            total = chance.choice([None, 1, 2, 6, 9, 21, 1_999, 33_333, chance.randrange(1, 90_000)])
            order = Order(len(orders), email, placed, total, tax=chance.choice([0, 0, (total or 0) // 6]))
            for _ in range(chance.choice([0, 0, 0, 1, 2])):
                back = chance.choice([(total or 9) // 3, total or 5, chance.randrange(1, 40_000)])
                order.refunds.append((placed + chance.randrange(1, 30 * DAY), back, "EUR", None))
            if chance.random() < 0.1:
                order.cancelled = placed + chance.randrange(1, 30 * DAY)
            orders.append(order)
    return messages, orders


def judge(chance, folder, rapport, number):
    days = {channel: chance.choice([2, 10, 30]) for channel in ["email", "letter", "default"]}
    half_life = chance.choice([1, 7, 30]) * DAY
    look_back = {"email": days["email"] * DAY, "letter": days["letter"] * DAY, "sms": days["default"] * DAY}
    messages, orders = history(chance, look_back)
    rows = sorted((row for order in orders for row in order.rows()), key=lambda row: row[0])
    house = small_house.House(
        rapport, folder, "UTC",
        {"figures": {"campaigns": {"look_back": {c: f"{d}d" for c, d in days.items()}, "half_life": f"{half_life // DAY}d"}}},
        [row for _, row in rows],
        [{"Kind": "message.sent", "At": small_house.rfc(at), "Email": who, "Campaign": what, "Channel": how} for at, who, what, how in messages])
    rates = Rates({}, "UTC")
    for ago, since in [(-40, None), (chance.randrange(0, 30), None), (0, chance.randrange(5, 50))]:
        until = (NOON - ago * DAY) // DAY * DAY + DAY - 1
        begin = None if since is None else (NOON - since * DAY) // DAY * DAY
        told = house.say(
            "attribution", "--as-of", small_house.rfc(until)[:10], *([] if begin is None else ["--since", small_house.rfc(begin)[:10]]))
        known, without, total, count = collections.defaultdict(collections.Counter), 0, 0, 0
        for order in orders:
            if not order.stands(until) or (begin is not None and order.at < begin):
                continue
            revenue = order.revenue(until, rates, "EUR")
            if revenue is None:
                without += 1
                continue
            total, count = total + revenue, count + 1
            touches = sorted(
                (m for m in messages if m[1] == order.email and m[0] <= min(order.at, until) and order.at <= m[0] + look_back[m[3]]),
                key=lambda message: message[0])
            for campaign in {campaign for _, _, campaign, _ in touches} or {None}:
                known[campaign]["orders"] += 1
            for model in MODELS:
                parts = shared_out(revenue, weights(model, [m[0] for m in touches], half_life)) if touches else [revenue]
                for campaign, part in zip([m[2] for m in touches] or [None], parts):
                    known[campaign][model] += part
        own = {
            row["campaign"]: {"orders": int(row["orders"]), **{model: small_house.minor(row[model]) for model in MODELS}}
            for row in told["campaigns"]}
        for campaign in own.keys() | known.keys():
            theirs = {name: known[campaign][name] for name in ["orders", *MODELS]}
            assert own.get(campaign) == theirs, (campaign, own.get(campaign), theirs)
        assert (int(told["orders"]), int(told["orders_without_amount"])) == (count, without), told
        assert small_house.minor(told["total"]) == total == sum(row["first"] for row in own.values()), (told["total"], total)
        for model in MODELS:
            assert sum(row[model] for row in own.values()) == total, model


small_house.judge_houses(__doc__, judge, 5)
