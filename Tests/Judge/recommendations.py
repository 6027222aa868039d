#!/usr/bin/env python3
"""Judges `rapport recommend` against implicit (PyPI `implicit`, `pandas`): both learn from the same training file in the same run,
and NDCG@10 is measured here, over users of the test file, on what they had not taken before. implicit counts an item itself among its
K = 20 neighbours, which recommends nothing: 19 of ours are as many.

  Tests/Judge/recommendations.py --rapport PATH TRAIN TEST USER ITEM [WEIGHT]
"""
import argparse, json, os, subprocess, tempfile, time
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
for name in ("train", "test", "user", "item"):
    parser.add_argument(name)
parser.add_argument("weight", nargs="?")
parser.add_argument("--rapport", required=True)
o = parser.parse_args()
import numpy as np, pandas as pd
def ndcg(lists, wanted):
    gain = 0
    for user, items in wanted.items():
        got = sum(1 / np.log2(k + 2) for k, i in enumerate(lists.get(user, [])[:10]) if i in items)
        gain += got / sum(1 / np.log2(k + 2) for k in range(min(10, len(items))))
    return gain / len(wanted)
columns = [o.user, o.item] + ([o.weight] if o.weight else [])
train, test = (pd.read_csv(p, usecols=columns, dtype={o.user: str, o.item: str}) for p in (o.train, o.test))
seen = train.groupby(o.user)[o.item].agg(set)
wanted = {u: s - seen[u] for u, s in test.groupby(o.user)[o.item].agg(set).items() if u in seen}
wanted = {u: s for u, s in wanted.items() if s}
extra = ["--weight", o.weight] if o.weight else []
for method in ("auto", "bm25", "cosine"):
    with tempfile.NamedTemporaryFile(suffix=".csv") as out:
        start = time.time()
        subprocess.run([o.rapport, "recommend", "for", "--all", "--csv", o.train, "--user", o.user, "--item", o.item, "--method", method, "--neighbours", "19", "--out", out.name] + extra, check=True)
        took = time.time() - start
        lists = pd.read_csv(out.name, dtype=str).groupby(o.user)[o.item].agg(list).to_dict()
    fit = json.loads(subprocess.run([o.rapport, "recommend", "fit", "--csv", o.train, "--test", o.test, "--user", o.user, "--item", o.item, "--method", method, "--neighbours", "19", "--json"] + extra, check=True, capture_output=True, text=True).stdout)
    print(f"rapport {method}: NDCG@10 {ndcg(lists, wanted):.4f} (says {fit['ndcg_at_10']:.4f}, {fit['method']}) {took:.2f} s over {len(wanted)} users", flush=True)
CODE = r'''
import sys, os
os.environ["OPENBLAS_NUM_THREADS"] = "1"
import pandas as pd, numpy as np, scipy.sparse as sp, implicit
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
train, user, item, weight, kind, out = sys.argv[1:7]
df = pd.read_csv(train, dtype={user: str, item: str})
u, us = pd.factorize(df[user]); i, its = pd.factorize(df[item])
m = sp.csr_matrix((df[weight].values.astype(float) if weight != "-" else np.ones(len(df)), (u, i)))
m.sum_duplicates()
model = BM25Recommender(K=20, K1=100, B=0.5) if kind == "bm25" else CosineRecommender(K=20)
model.fit(m, show_progress=False)
ids, scores = model.recommend(np.arange(m.shape[0]), m, N=10)
pd.DataFrame({user: np.repeat(us, 10), item: its[np.clip(ids.ravel(), 0, None)], "ok": (ids.ravel() >= 0)}).to_csv(out, index=False)
'''
import sys
for kind in ("bm25", "cosine"):
    with tempfile.TemporaryDirectory() as folder:
        script, out = os.path.join(folder, "run.py"), os.path.join(folder, "out.csv")
        open(script, "w").write(CODE)
        start = time.time()
        subprocess.run([sys.executable, script, o.train, o.user, o.item, o.weight or "-", kind, out], check=True, capture_output=True)
        took = time.time() - start
        made = pd.read_csv(out, dtype={o.user: str, o.item: str})
        lists = made[made.ok].groupby(o.user)[o.item].agg(list).to_dict()
    print(f"implicit {kind}: NDCG@10 {ndcg(lists, wanted):.4f} {took:.2f} s", flush=True)
