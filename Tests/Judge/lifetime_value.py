#!/usr/bin/env python3
"""Judges `rapport clv fit` against lifetimes (PyPI), both in this run on the same purchases.

  Tests/Judge/lifetime_value.py --rapport PATH FILE --customer C --date D --amount A [--calibration-end DAY] [--python PYTHON]

--python names an interpreter that has lifetimes (with pandas < 2.2 and numpy < 2). Columns are numbers from 1, fields are separated by
white space. Prints the parameters and ln L of both, and the best time of three from
file to fit, Rapport's with the start of its process, theirs without that of Python; ends with 1 where Rapport's optimum is worse, or where
it takes more than a fifth of the time.
"""
import argparse, json, subprocess, sys, time

THEIRS = r'''
import json, sys, time
import warnings; warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter
from lifetimes.utils import summary_data_from_transaction_data
path, customer, date, amount, end = sys.argv[1:6]
start = time.time()
rows = pd.read_csv(path, sep=r"\s+", header=None, dtype=str)
rows = rows[pd.to_numeric(rows[int(amount) - 1], errors="coerce").notna()]
data = pd.DataFrame({"c": rows[int(customer) - 1], "d": pd.to_datetime(rows[int(date) - 1]), "a": rows[int(amount) - 1].astype(float)})
end = pd.Timestamp(end) if end != "-" else data["d"].max()
summary = summary_data_from_transaction_data(data, "c", "d", "a", observation_period_end=end, freq="D")
summary[["recency", "T"]] /= 7
summary["value"] = summary["monetary_value"]
model = BetaGeoFitter(penalizer_coef=0.0)
model.fit(summary["frequency"], summary["recency"], summary["T"])
returning = summary[(summary["frequency"] > 0) & (summary["value"] > 0)]
spend = GammaGammaFitter(penalizer_coef=0.0)
spend.fit(returning["frequency"], returning["value"])
out = dict(model.params_) | {("gamma" if k == "v" else k): v for k, v in spend.params_.items()}
n = len(summary)
loglik = -n * model._negative_log_likelihood(
    np.log(np.array([model.params_[k] for k in ("r", "alpha", "a", "b")])), summary["frequency"].values, summary["recency"].values,
    summary["T"].values, np.ones(n), 0.0)
print(json.dumps({"seconds": time.time() - start, "log_likelihood": float(loglik), **{k: float(v) for k, v in out.items()}}))
'''

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("file")
parser.add_argument("--rapport", required=True)
parser.add_argument("--python", default=sys.executable)
for name in ("customer", "date", "amount"):
    parser.add_argument(f"--{name}", required=True)
parser.add_argument("--calibration-end", default="-")
options = parser.parse_args()

command = [options.rapport, "clv", "fit", options.file, "--customer", options.customer, "--date", options.date, "--amount", options.amount, "--json"]
if options.calibration_end != "-":
    command += ["--calibration-end", options.calibration_end]
best = None
for _ in range(3):
    start = time.time()
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    best = min(best or 1e9, time.time() - start)
ours = json.loads(answer.stdout)
runs = [json.loads(subprocess.run(
    [options.python, "-c", THEIRS, options.file, options.customer, options.date, options.amount, options.calibration_end],
    capture_output=True, text=True, check=True).stdout.splitlines()[-1]) for _ in range(3)]
theirs = min(runs, key=lambda run: run["seconds"])
print(f"{'':16}{'rapport':>14}{'lifetimes':>14}")
for name in ("r", "alpha", "a", "b", "log_likelihood", "p", "q", "gamma"):
    print(f"{name:16}{ours[name]:14.4f}{theirs[name]:14.4f}")
print(f"{'seconds':16}{best:14.3f}{theirs['seconds']:14.3f}   {best / theirs['seconds']:.3f} of the time")
better = ours["log_likelihood"] >= theirs["log_likelihood"] - 1e-3
fast = best <= 0.2 * theirs["seconds"]
print("same optimum or better" if better else "A WORSE OPTIMUM", "and fast enough" if fast else "and TOO SLOW")
sys.exit(0 if better and fast else 1)
