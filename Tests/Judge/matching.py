#!/usr/bin/env python3
"""Judges `rapport match` against Splink (PyPI `splink`, DuckDB) on lists whose truth is known, both in this run.

  Tests/Judge/matching.py --rapport PATH FILE... [--truth COLUMN] [--id COLUMN] [--exclude COLUMN,...] [--no-splink]

Prints a line each: pairwise F1, precision, recall, seconds, of processor time too, peak memory. FEBRL files have their truth in rec_id.
"""
import argparse, csv, gzip, json, os, resource, subprocess, sys, tempfile, time
from collections import Counter

def rows(path):
    with (gzip.open(path, "rt") if path.endswith(".gz") else open(path)) as file:
        return [{k.strip(): (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]

def score(clusters, truth):
    """Over pairs of records, by counts of records in both a cluster and a true entity."""
    def pairs(counts): return sum(n * (n - 1) // 2 for n in counts.values())
    both = pairs(Counter((clusters[i], truth[i]) for i in truth))
    found, true = pairs(Counter(clusters[i] for i in truth)), pairs(Counter(truth.values()))
    p, r = both / max(1, found), both / max(1, true)
    return 2 * p * r / max(1e-9, p + r), p, r

SPLINK = r'''
import sys, json, resource, time, pandas as pd
path, ident, exclude = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
start = time.time()
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
df = pd.read_csv(path, dtype=str, skipinitialspace=True)
df = df.rename(columns=lambda c: c.strip())
df["unique_id"] = range(len(df))
columns = [c for c in df.columns if c not in exclude + [ident, "unique_id"]]
has = lambda *names: [c for c in columns if c in names]
comparisons, used = [], set()
for c in columns:
    if c in ("given_name", "first_name", "surname"):
        comparisons.append(cl.JaroWinklerAtThresholds(c, [0.92, 0.8]).configure(term_frequency_adjustments=True))
    elif c in ("full_name", "first_and_surname"): continue
    elif c in ("dob", "date_of_birth"): comparisons.append(cl.DamerauLevenshteinAtThresholds(c, [1, 2]))
    elif c in ("address", "address_1", "site_name"): comparisons.append(cl.JaroWinklerAtThresholds(c, [0.92, 0.8]))
    elif c == "email": comparisons.append(cl.JaroWinklerAtThresholds(c, [0.92]))
    elif c in ("phone", "postcode", "zip", "street_number"): comparisons.append(cl.LevenshteinAtThresholds(c, [1]))
    elif c in ("city", "suburb", "birth_place", "occupation", "address_2"):
        comparisons.append(cl.ExactMatch(c).configure(term_frequency_adjustments=True))
    elif c in ("state", "gender"): comparisons.append(cl.ExactMatch(c))
first = (has("given_name", "first_name") or has("site_name"))[0]
last = (has("surname") or has("address"))[0]
born = (has("dob", "date_of_birth") or has("phone"))[0]
code = (has("zip", "postcode"))[0]
rules = [block_on(first, last), block_on(last, born), block_on(first, born), block_on(last, code), block_on(first, code)]
for c in has("phone", "email"): rules.append(block_on(c))
if has("birth_place"): rules += [block_on(last, "birth_place"), block_on(born, code), block_on(code)]
if has("address_1"): rules += [block_on("address_1", "suburb"), block_on("date_of_birth", "postcode"), block_on(born)]
if has("address") and has("city"): rules += [block_on("address", "city")]
database = DuckDBAPI()
linker = Linker(database.register(df), SettingsCreator(link_type="dedupe_only", comparisons=comparisons, blocking_rules_to_generate_predictions=rules,
                retain_intermediate_calculation_columns=False))
linker.training.estimate_probability_two_random_records_match([block_on(first, last, born), block_on(last, born, code)], recall=0.6)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
for rule in (block_on(first, last), block_on(born), block_on(code, first)):
    linker.training.estimate_parameters_using_expectation_maximisation(rule)
pairs = linker.inference.predict(threshold_match_probability=0.01)
out = {}
for threshold in (0.5, 0.8, 0.95, 0.99, 0.999):
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold).as_pandas_dataframe()
    out[threshold] = {str(a): int(b) if str(b).isdigit() else str(b) for a, b in zip(df.loc[found["unique_id"].astype(int), ident], found["cluster_id"])}
    if threshold == 0.5: took, spent = time.time() - start, sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
json.dump({"took": took, "spent": spent, "clusters": out}, open(sys.argv[4], "w"))
'''

# What somebody who knows both Splink and the list would say of it: how each column is compared, by what pairs are brought together, from
# what the prior is taken, and on what EM is trained. The first plan whose columns a list has is taken.
PLANS = {
"registers": dict(columns=dict(name="text", born="date", parish="name", county="small", trade="exact", father="text", sex="small"),
  rules=[["name"],["parish","trade"],["parish","born"],["father","parish"],["name","parish"],["father","born"],["substr(name,1,4)","parish"],["born","trade","county"]], sure=[["name","parish","trade"]], train=[["parish","trade"],["name"]]),
"parts": dict(columns=dict(forename="name", middle="name", surname="name", birth_year="code", birth_month="small", birth_day="small", birthplace="exact", postcode="code", sex="small", occupation="exact"),
  rules=[["forename","surname"],["surname","birth_year"],["forename","birth_year","birth_month"],["surname","postcode"],["birth_year","birth_month","birth_day"],["postcode","forename"],["surname","birthplace"],["birth_year","birthplace"],["postcode","birth_year"]], sure=[["forename","surname","birth_year"]], train=[["forename","surname"],["birth_year","birth_month","birth_day"],["postcode"]]),
"offices": dict(columns=dict(organization="text", street="text", city="small", zip="exact", phone="code", website="exact", contact="name", type="small"),
  rules=[["organization"],["street"],["phone"],["zip","substr(organization,1,4)"],["website"],["zip","substr(street,1,5)"],["contact"],["substr(organization,1,8)","city"]], sure=[["organization","street"]], train=[["organization"],["street"],["phone"]]),
"europe": dict(columns=dict(vorname="name", nachname="name", geboren="date", strasse="text", plz="code", ort="exact", telefon="code", mail="text"),
  rules=[["vorname","nachname"],["nachname","geboren"],["vorname","geboren"],["plz","nachname"],["mail"],["telefon"],["strasse","plz"],["vorname","plz"],["geboren","plz"]], sure=[["vorname","nachname","geboren"]], train=[["vorname","nachname"],["geboren"],["plz"]]),
"historical": dict(columns=dict(first_name="name", surname="name", dob="date", birth_place="exact", postcode="code", occupation="exact"),
  rules=[["first_name","surname"],["surname","dob"],["first_name","dob"],["postcode","first_name"],["postcode","surname"],["dob","birth_place"],["substr(first_name,1,3)","substr(surname,1,4)"],["dob","postcode"],["full_name"]], sure=[["first_name","surname","dob"]], train=[["first_name","surname"],["dob"],["postcode"]]),
"sites": dict(columns=dict(site_name="text", address="text", zip="exact", phone="code", fax="code", agency="exact", neighborhood="exact", director="name"),
  rules=[["site_name"],["address"],["phone"],["zip","substr(site_name,1,4)"],["zip","substr(address,1,5)"],["fax"],["director"]], sure=[["site_name","address"]], train=[["site_name"],["address"],["phone"]]),
"papers": dict(columns=dict(title="text", authors="text", venue="small", year="small", pages="exact"),
  rules=[["substr(title,1,12)"],["authors"],["pages","year"],["substr(title,1,6)","year"],["substr(authors,1,8)","year"]], sure=[["title","year"]], train=[["title"],["authors"]]),
"people": dict(columns=dict(given_name="name", surname="name", dob="date", address="text", city="exact", zip="code", phone="code", email="text"),
  rules=[["given_name","surname"],["surname","dob"],["given_name","dob"],["surname","zip"],["given_name","zip"],["phone"],["email"],["dob","zip"],["address","city"]], sure=[["given_name","surname","dob"],["email"]], train=[["given_name","surname"],["dob"],["zip","given_name"]]),
"patients": dict(columns=dict(last="name", first="name", mi="small", sex="small", dob="date", last4="exact", address="text", zip="code", phone="code"),
  rules=[["first","last"],["last","dob"],["first","dob"],["last","zip"],["first","zip"],["phone"],["dob","zip"],["last4","dob"],["last4","last"],["address"]], sure=[["first","last","dob"]], train=[["first","last"],["dob"],["zip","first"]]),
"suppliers": dict(columns=dict(creditor="text", street="text", postcode="code", town="exact", vat="code", iban="code", telephone="code"),
  rules=[["creditor"],["street","postcode"],["vat"],["iban"],["telephone"],["postcode","substr(creditor,1,4)"],["town","substr(creditor,1,5)"]], sure=[["creditor","street"],["iban"]], train=[["creditor"],["iban"],["street"]]),
"products": dict(columns=dict(name="text", maker="exact", price="code"), rules=[["substr(name,1,8)"],["maker"],["price"]], sure=[["name"]], train=[["maker"]]),
}

PLANNED = r'''
import time
start = time.time()
import json, logging, resource, sys, pandas as pd
path, ident, exclude, target, plan = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4], json.loads(sys.argv[5])
logging.getLogger("splink").setLevel(logging.ERROR)
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
df = pd.read_csv(path, dtype=str, skipinitialspace=True).rename(columns=lambda c: c.strip())
df["unique_id"] = range(len(df))
for c in plan["columns"]: df[c] = df[c].str.lower().str.strip()
made = {"name": lambda c: cl.JaroWinklerAtThresholds(c, [0.92, 0.85, 0.75]).configure(term_frequency_adjustments=True),
        "text": lambda c: cl.JaroWinklerAtThresholds(c, [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True),
        "date": lambda c: cl.DamerauLevenshteinAtThresholds(c, [1, 2]),
        "code": lambda c: cl.LevenshteinAtThresholds(c, [1, 2]).configure(term_frequency_adjustments=True),
        "exact": lambda c: cl.ExactMatch(c).configure(term_frequency_adjustments=True), "small": cl.ExactMatch}
linker = Linker(DuckDBAPI().register(df), SettingsCreator(link_type="dedupe_only", comparisons=[made[how](c) for c, how in plan["columns"].items()],
                blocking_rules_to_generate_predictions=[block_on(*r) for r in plan["rules"]]))
linker.training.estimate_probability_two_random_records_match([block_on(*r) for r in plan["sure"]], recall=0.6)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
for rule in plan["train"]:
    try: linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    except Exception as error: print(rule, error, file=sys.stderr)
pairs = linker.inference.predict(threshold_match_probability=0.01)
out = {}
for threshold in (0.5, 0.8, 0.95, 0.99, 0.999):
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold).as_pandas_dataframe()
    out[threshold] = {str(a): str(b) for a, b in zip(df.loc[found["unique_id"].astype(int), ident], found["cluster_id"])}
    if threshold == 0.5: took, spent = time.time() - start, sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
json.dump({"took": took, "spent": spent, "clusters": out}, open(target, "w"))
'''

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("files", nargs="+")
parser.add_argument("--rapport")
parser.add_argument("--id", default="id")
parser.add_argument("--truth", default="truth")
parser.add_argument("--exclude", default="")
parser.add_argument("--no-splink", action="store_true")
options = parser.parse_args()

def measured(command, log):
    start = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=open(log, "w"))
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))[:200]} ended with {status}: {open(log).read()[-2000:]}")
    return time.time() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

for path in options.files:
    table = rows(path)
    febrl = options.id == "rec_id"
    truth = {row[options.id]: row["rec_id"].split("-")[1] if febrl else row[options.truth] for row in table}
    exclude = [c for c in options.exclude.split(",") if c] + ([] if febrl else [options.truth]) + (["_file"] if "_file" in table[0] else [])
    with tempfile.TemporaryDirectory() as folder:
        if options.rapport:
            config = os.path.join(folder, "match.yaml")
            open(config, "w").write("exclude: [" + ", ".join(exclude) + "]\n")
            out = os.path.join(folder, "clusters.csv")
            lists = [path]
            if "_file" in table[0]:  # two lists in one: each becomes a file
                lists = []
                for number in sorted({row["_file"] for row in table}):
                    lists.append(os.path.join(folder, f"list{number}.csv"))
                    with open(lists[-1], "w", newline="") as file:
                        writer = csv.DictWriter(file, list(table[0]))
                        writer.writeheader()
                        writer.writerows(row for row in table if row["_file"] == number)
            took, processor, memory = measured([options.rapport, "match", *lists, "--id", options.id, "--config", config, "--out", out], os.path.join(folder, "log"))
            clusters = {row[options.id]: row["cluster"] for row in csv.DictReader(open(out))}
            f, p, r = score(clusters, truth)
            print(f"{os.path.basename(path)}: rapport F1 {f:.4f} precision {p:.4f} recall {r:.4f} {took:.1f} s ({processor:.1f} s of processor time) {memory:.0f} MB", flush=True)
        if not options.no_splink:
            script, out = os.path.join(folder, "run.py"), os.path.join(folder, "splink.json")
            plan = next((plan for plan in PLANS.values() if set(plan["columns"]) <= set(table[0]) - set(exclude)), None)
            open(script, "w").write(PLANNED if plan else SPLINK)
            command = [sys.executable, script, path, options.id, ",".join(exclude) or "-", out] + ([json.dumps(plan)] if plan else [])
            took, _, memory = measured(command, os.path.join(folder, "log"))
            made = json.load(open(out))
            for threshold, clusters in made["clusters"].items():
                f, p, r = score(clusters, truth)
                print(f"{os.path.basename(path)}: splink at {threshold} F1 {f:.4f} precision {p:.4f} recall {r:.4f} {made['took']:.1f} s ({made['spent']:.1f} s of processor time with its start) {memory:.0f} MB", flush=True)
