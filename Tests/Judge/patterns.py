"""Reckons cells, cohorts and survival from a file by pandas, lifelines and DuckDB, and compares them with what `rapport` says.

    python3 Tests/Judge/patterns.py RAPPORT FILE CUSTOMER DATE AMOUNT
"""
import json
import subprocess
import sys

import duckdb
import numpy as np
import pandas as pd

rapport, path, customer, date, amount = sys.argv[1:]
args = [path, "--customer", customer, "--date", date, "--amount", amount, "--json"]


def say(command, *more):
    return json.loads(subprocess.run([rapport, command, *args, *more], check=True, capture_output=True).stdout)


frame = pd.read_csv(path, dtype={customer: str})
frame["day"] = pd.to_datetime(frame[date].astype(str).str[:10])
end = frame["day"].max()
bought = frame[frame[amount] >= 0].drop_duplicates([customer, "day"])[[customer, "day"]].sort_values([customer, "day"])

# Cells: DuckDB.
db = duckdb.connect()
db.register("rows", frame.assign(who=frame[customer], money=frame[amount]))
cells = db.execute(
    """
    WITH one AS (
        SELECT who, max(day) FILTER (money >= 0) AS last, count(DISTINCT day) FILTER (money >= 0) AS often, round(sum(money), 6) AS money
        FROM rows GROUP BY who HAVING often > 0
    ), scored AS (
        SELECT 1 + (5 * (rank() OVER (ORDER BY last) - 1)) // count(*) OVER () AS r,
               1 + (5 * (rank() OVER (ORDER BY often) - 1)) // count(*) OVER () AS f,
               1 + (5 * (rank() OVER (ORDER BY money) - 1)) // count(*) OVER () AS m FROM one
    ) SELECT r, f, count(*) FROM scored GROUP BY r, f
    """
).fetchall()
own = say("rfm")
grid = {(5 - f, r + 1): own["grid"][f][r] for f in range(5) for r in range(5) if own["grid"][f][r]}
assert {(f, r): n for r, f, n in cells} == grid, "cells differ"
print(f"cells: {own['customers']} customers, equal in all {len(grid)} cells")

# Cohorts: pandas.
own = say("cohorts", "--every", "month")
first = bought.groupby(customer)["day"].min().dt.to_period("M")
months = bought.assign(month=bought["day"].dt.to_period("M")).drop_duplicates([customer, "month"])
months["cohort"] = months[customer].map(first)
months["age"] = (months["month"] - months["cohort"]).map(lambda n: n.n)
active = months.groupby(["cohort", "age"]).size()
for cohort in own["cohorts"]:
    for age, count in enumerate(cohort["active"]):
        assert active.get((pd.Period(cohort["cohort"]), age), 0) == count, (cohort["cohort"], age)
print(f"cohorts: {len(own['cohorts'])}, equal in {sum(len(c['active']) for c in own['cohorts'])} cells")

# Survival: lifelines.
from lifelines import KaplanMeierFitter

nxt = bought.groupby(customer)["day"].shift(-1)
order = bought.groupby(customer).cumcount() + 1
wait = (nxt.fillna(end) - bought["day"]).dt.days
own = say("rhythm", "--depth", "3")
for curve in own["curves"]:
    mask = np.ones(len(bought), bool) if curve["after"] is None else (
        (order == curve["after"]) if curve["after"] < 3 else (order >= 3)).to_numpy()
    fit = KaplanMeierFitter().fit(wait[mask], nxt.notna()[mask])
    band = fit.confidence_interval_
    worst = 0.0
    for step in curve["steps"]:
        worst = max(worst, abs(step["survival"] - fit.survival_function_at_times(step["days"]).iloc[0]))
        if step["low"] is not None:
            row = band.loc[step["days"]]
            worst = max(worst, abs(step["low"] - row.iloc[0]), abs(step["high"] - row.iloc[1]))
    median = fit.median_survival_time_
    assert (curve["median_days"] is None and np.isinf(median)) or curve["median_days"] == median, (curve["after"], median)
    assert worst < 1e-9, worst
    print(f"survival after {curve['after'] or 'any'}: {curve['watched']} watched, median {curve['median_days']}, worst difference {worst:.1e}")
