#!/usr/bin/env python3
"""Judges `rapport rfm`, `cohorts`, `rhythm` and `funnel` by counting in plain Python over random lists of many shapes.

  Tests/Judge/patterns_random.py --rapport PATH [--lists N] [--seed S]

The lists have from one row to a few hundred, customers who are alike in everything (ties exactly on a fifth), several purchases on a day,
refunds, people with refunds only, amounts of a cent, days at the ends of months and years, and events at the same moment.
"""
import argparse
import collections
import datetime
import fractions
import json
import random
import subprocess
import tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--rapport", required=True)
parser.add_argument("--lists", type=int, default=60)
parser.add_argument("--seed", type=int, default=1)
o = parser.parse_args()


def say(*words):
    run = subprocess.run([o.rapport, *words, "--json"], capture_output=True, text=True)
    return json.loads(run.stdout) if run.returncode == 0 else None


def fifth(values, value):
    return 1 + 5 * sum(v < value for v in values) // len(values)


def purchases(chance, path):
    days = [datetime.date(2023, 12, 29) + datetime.timedelta(n) for n in range(chance.choice([1, 4, 40, 400]))]
    days += [datetime.date(2024, 2, 29), datetime.date(2024, 12, 31)]
    people = [f"c{n}" for n in range(chance.choice([1, 2, 5, 10, 57]))]
    cents = chance.choice([[100], [1, 2], [1999, 5000, 5000], list(range(1, 9_999))])
    rows = []
    for _ in range(chance.choice([1, 3, 30, 300])):
        amount = chance.choice(cents) * (-1 if chance.random() < 0.15 else 1)
        rows.append((chance.choice(people), chance.choice(days), amount))
    with open(path, "w") as out:
        out.write("who,day,amount\n")
        for who, day, amount in rows:
            out.write(f"{who},{day},{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}\n")
    return rows


def judge_purchases(chance, path):
    rows = purchases(chance, path)
    bought, money = collections.defaultdict(set), collections.Counter()
    for who, day, amount in rows:
        money[who] += amount
        if amount >= 0:
            bought[who].add(day)
    end = max(day for _, day, _ in rows)
    args = [path, "--customer", "who", "--date", "day", "--amount", "amount"]
    own = say("rfm", *args)
    if not bought:
        assert own is None or own["customers"] == 0, own
        return
    grid = collections.Counter()
    lasts, counts = [max(d) for d in bought.values()], [len(d) for d in bought.values()]
    for days in bought.values():
        grid[fifth(lasts, max(days)), fifth(counts, len(days))] += 1
    told = {(r + 1, 5 - f): own["grid"][f][r] for f in range(5) for r in range(5) if own["grid"][f][r]}
    assert told == dict(grid), ("grid", told, grid)
    assert own["customers"] == len(bought) and own["refunds_only"] == len(money) - len(bought), own
    assert round(own["money"] * 100) == sum(money[who] for who in bought), (own["money"], money)
    assert own["end"] == str(end), (own["end"], end)

    own = say("cohorts", *args)
    first = {who: (min(days).year, min(days).month) for who, days in bought.items()}
    active = collections.defaultdict(set)
    for who, days in bought.items():
        for day in days:
            active[first[who], (day.year - first[who][0]) * 12 + day.month - first[who][1]].add(who)
    for cohort in own["cohorts"]:
        month = tuple(int(n) for n in cohort["cohort"].split("-"))
        assert cohort["active"] == [len(active[month, age]) for age in range(len(cohort["active"]))], (month, cohort)
    assert sum(c["customers"] for c in own["cohorts"]) == len(bought)

    own = say("rhythm", *args)
    for curve in own["curves"] if own else []:
        waits = []
        for days in bought.values():
            days = sorted(days)
            for place, day in enumerate(days):
                if curve["after"] is None or min(place + 1, len(own["curves"]) - 1) == curve["after"]:
                    later = days[place + 1] if place + 1 < len(days) else None
                    waits.append((((later or end) - day).days, later is not None))
        assert curve["watched"] == len(waits) and curve["events"] == sum(e for _, e in waits), (curve["after"], len(waits))
        survival = fractions.Fraction(1)
        for step in curve["steps"]:
            risk = sum(w >= step["days"] for w, _ in waits)
            again = sum(w == step["days"] and e for w, e in waits)
            assert (step["at_risk"], step["events"]) == (risk, again), (step, risk, again)
            survival *= 1 - fractions.Fraction(again, risk)
            assert abs(step["survival"] - float(survival)) < 1e-9, (step, float(survival))


def judge_funnel(chance, path):
    steps = ["see", "try", "buy"][: chance.choice([2, 3])]
    start = datetime.datetime(2024, 3, 30, 22)
    rows = [
        (f"p{chance.randrange(8)}", chance.choice(["see", "try", "buy", "other"]), start + datetime.timedelta(minutes=chance.choice([15, 1_440]) * chance.randrange(1, 40)))
        for _ in range(chance.choice([1, 10, 200]))
    ]
    with open(path, "w") as out:
        out.write("who,what,at\n")
        for who, what, at in rows:
            out.write(f"{who},{what},{at:%Y-%m-%d %H:%M}\n")
    window = datetime.timedelta(hours=chance.choice([1, 24, 240]))
    own = say("funnel", "--file", path, "--customer", "who", "--date", "at", "--event", "what", "--within", f"{int(window.total_seconds() // 3600)}h", *steps)
    reached = [0] * len(steps)
    for person in {who for who, _, _ in rows}:
        moments = {step: [at for who, what, at in rows if who == person and what == step] for step in steps}
        furthest = 0
        for begin in moments[steps[0]]:
            # Any choice of moments that are no earlier, not only the first of them.
            reach = {begin}
            depth = 1
            for step in steps[1:]:
                reach = {at for at in moments[step] if any(at >= before for before in reach) and at <= begin + window}
                if not reach:
                    break
                depth += 1
            furthest = max(furthest, depth)
        for place in range(furthest):
            reached[place] += 1
    if own is None:
        # A step that is nowhere in the file is refused.
        assert not set(steps) <= {what for _, what, _ in rows}, reached
        return
    told = [step["people"] for step in own["all"]["steps"]]
    assert told == reached, (told, reached, steps, window)


with tempfile.TemporaryDirectory() as folder:
    for place in range(o.lists):
        chance = random.Random(o.seed * 100_003 + place)
        for judge in (judge_purchases, judge_funnel):
            try:
                judge(chance, f"{folder}/list.csv")
            except AssertionError:
                print(f"list {place} of seed {o.seed} differs")
                raise
print(f"{o.lists} lists of purchases and as many of events: equal")
