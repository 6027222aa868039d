#!/usr/bin/env python3
"""Judges `rapport predict fit` against scikit-learn (PyPI `scikit-learn`, `pandas`) on the same files in the same run.

  Tests/Judge/prediction.py --rapport PATH FILE:TARGET[:ID] ...

Prints a line a file: AUC by five stratified folds, average precision, log-loss and seconds, of rapport, of scikit-learn's logistic
regression (one-hot, scaled, gaps imputed) and of its HistGradientBoostingClassifier. Times are of whole processes, imports included: by the
clock, and of the processor. Of scikit-learn, in brackets, the processor's for the five fits alone, within the running Python.
"""
import argparse, json, resource, subprocess, sys, tempfile, time

SKLEARN = r'''
import sys, json, warnings, pandas as pd, numpy as np
warnings.filterwarnings("ignore")
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler, OrdinalEncoder
from sklearn.impute import SimpleImputer
path, target, ident, kind = sys.argv[1:5]
df = pd.read_csv(path, na_values=["?", "null"])
df = df[df[target].notna()]
y = df.pop(target); y = (y == sorted(y.unique())[-1]).astype(int)
if ident != "-": df = df.drop(columns=[ident])
text = [c for c in df if df[c].dtype == object or str(df[c].dtype).startswith("str")]
numbers = [c for c in df if c not in text]
if kind == "logistic":
    from sklearn.linear_model import LogisticRegression
    model = make_pipeline(make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore"), text)), LogisticRegression(max_iter=1000))
else:
    from sklearn.ensemble import HistGradientBoostingClassifier
    coded = [c for c in text if df[c].nunique() <= 250]
    model = make_pipeline(make_column_transformer(
        ("passthrough", numbers),
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan), text)),
        HistGradientBoostingClassifier(random_state=0,
            categorical_features=[len(numbers) + i for i, c in enumerate(text) if c in coded]))
import os
before = sum(os.times()[:2])
scores = cross_validate(model, df, y, cv=StratifiedKFold(5, shuffle=True, random_state=0),
    scoring=["roc_auc", "average_precision", "neg_log_loss"])
print(json.dumps([scores["test_roc_auc"].mean(), scores["test_average_precision"].mean(), -scores["test_neg_log_loss"].mean(),
    sum(os.times()[:2]) - before]))
'''

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("files", nargs="+")
parser.add_argument("--rapport", required=True)
parser.add_argument("--only", action="store_true", help="without scikit-learn")
options = parser.parse_args()

def used():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

def timed(command):
    start, before = time.time(), used()
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        return None, run.stderr.strip()[-300:] + run.stdout.strip()[-300:], ""
    return json.loads(run.stdout), run.stderr, f"{time.time() - start:5.2f} s, {used() - before:5.2f} s"

with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
    script.write(SKLEARN)
    script.flush()
    for item in options.files:
        path, target, ident = (item.split(":") + [None])[:3]
        own, error, took = timed([options.rapport, "predict", "fit", "--csv", path, "--target", target, "--json"] + (["--id", ident] if ident else []))
        line = f"{path.split('/')[-1]:22}"
        line += f" rapport {own['auc']:.4f} {own['pr_auc']:.4f} {own['log_loss']:.4f} {took} {own['model']} {own['calibration']}" if own else " rapport: " + error
        for kind in [] if options.only else ["logistic", "trees"]:
            made, error, took = timed([sys.executable, script.name, path, target, ident or "-", kind])
            line += f" | {kind} {made[0]:.4f} {made[1]:.4f} {made[2]:.4f} {took} ({made[3]:.2f} s)" if made else f" | {kind} {error}"
        print(line, flush=True)
