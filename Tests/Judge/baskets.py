#!/usr/bin/env python3
"""Judges `rapport baskets rules` against mlxtend (PyPI `mlxtend`, `pandas`) on the same file in the same run: equal rules, and the time.

  Tests/Judge/baskets.py --rapport PATH FILE BASKET ITEM SUPPORT CONFIDENCE
"""
import argparse, json, subprocess, time
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name in ("file", "basket", "item", "support", "confidence"):
    parser.add_argument(name)
parser.add_argument("--rapport", required=True)
o = parser.parse_args()
start = time.time()
own = json.loads(subprocess.run([o.rapport, "baskets", "rules", "--csv", o.file, "--basket", o.basket, "--item", o.item,
    "--min-support", o.support, "--min-confidence", o.confidence, "--json"], capture_output=True, text=True, check=True).stdout)
took = time.time() - start
start = time.time()
import pandas as pd
from mlxtend.frequent_patterns import association_rules, fpgrowth
df = pd.read_csv(o.file, dtype=str, usecols=[o.basket, o.item]).drop_duplicates()
table = pd.crosstab(df[o.basket], df[o.item]).astype(bool)
sets = fpgrowth(table, min_support=float(o.support), use_colnames=True)
rules = association_rules(sets, metric="confidence", min_threshold=float(o.confidence))
theirs = time.time() - start
key = lambda a, c: (tuple(sorted(a)), tuple(sorted(c)))
a = {key(r["antecedent"], r["consequent"]): r for r in own}
b = {key(r.antecedents, r.consequents): r for r in rules.itertuples()}
worst = max((max(abs(a[k]["support"] - b[k].support), abs(a[k]["confidence"] - b[k].confidence), abs(a[k]["lift"] - b[k].lift) / b[k].lift) for k in a.keys() & b.keys()), default=0)
print(f"rapport {len(a)} rules {took:.2f} s, mlxtend {len(b)} rules {theirs:.2f} s; only ours {len(a.keys() - b.keys())}, only theirs {len(b.keys() - a.keys())}, largest difference {worst:.1e}")
