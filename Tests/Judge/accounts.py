#!/usr/bin/env python3
"""Judges how companies are compared in a database, by the model that comes with Rapport and by one learnt from the list.

  Tests/Judge/accounts.py --rapport PATH FILE... [--truth COLUMN] [--id COLUMN]

Imports each list as companies, compares all, learns, compares all again, and prints pairwise F1, precision and recall of pairs from a
probability of one half, each pair by itself, and of those that would be linked by themselves.
"""
import argparse, csv, json, math, os, sqlite3, subprocess, tempfile
from collections import Counter

# What the fields of lists are called here that are compared.
NAMES = {"organization": "name", "creditor": "name", "zip": "postcode", "town": "city", "telephone": "phone", "vat": "vat_number"}

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("files", nargs="+")
parser.add_argument("--rapport", required=True)
parser.add_argument("--id", default="id")
parser.add_argument("--truth", default="truth")
options = parser.parse_args()

def bits(probability): return 1000 * math.log2(probability / (1 - probability))

for path in options.files:
    table = list(csv.DictReader(open(path)))
    truth = {row[options.id]: row[options.truth] for row in table}
    true = sum(n * (n - 1) // 2 for n in Counter(truth.values()).values())
    with tempfile.TemporaryDirectory() as home:
        def run(*arguments):
            done = subprocess.run([options.rapport, *arguments, "--config", f"{home}/rapport.yaml"], capture_output=True, text=True)
            if done.returncode != 0:
                raise SystemExit(f"{arguments}: {done.stderr[-2000:]}")
            return done.stdout
        open(f"{home}/rapport.yaml", "w").write("database: sqlite:rapport.db\n")
        fields = {column: NAMES.get(column, column) for column in table[0] if column not in (options.id, options.truth)}
        open(f"{home}/map.yaml", "w").write(
            f"source: list\nas: accounts\nkey: {options.id}\nfields: {{" + ", ".join(f"{name}: {column}" for column, name in fields.items()) + "}\n")
        run("migrate")
        run("import", os.path.abspath(path), "--map", f"{home}/map.yaml")
        for model in ("built in", "learnt"):
            if model == "learnt":
                run("duplicates", "accounts", "train")
            run("duplicates", "accounts", "scan")
            db = sqlite3.connect(f"{home}/rapport.db")
            keys = dict(db.execute("SELECT id, external FROM accounts"))
            pairs = [(keys[low], keys[high], weight) for low, high, weight in db.execute("SELECT low, high, weight FROM account_pairs")]
            db.close()
            if model == "built in":
                before = {(a, b): weight for a, b, weight in pairs}
            else:
                for least in (0.5, 0.9, 0.99):
                    found = [truth[a] == truth[b] for a, b, weight in pairs if weight >= bits(0.9995) and before.get((a, b), -1e9) >= bits(least)]
                    print(f"{os.path.basename(path)}: learnt over 0.9995, built in over {least}: precision {sum(found) / max(1, len(found)):.4f} recall {sum(found) / true:.3f}")
            for name, least in (("pairs over 0.5", bits(0.5)), ("over 0.9995", bits(0.9995))):
                found = [truth[a] == truth[b] for a, b, weight in pairs if weight >= least]
                precision, recall = sum(found) / max(1, len(found)), sum(found) / max(1, true)
                f = 2 * precision * recall / max(1e-9, precision + recall)
                print(f"{os.path.basename(path)}: {model}, {name}: F1 {f:.3f} precision {precision:.4f} recall {recall:.3f}, {len(found)} pairs", flush=True)
