"""Reckons the profiles' segments by DuckDB from baskets: profiles.py BASKETS.csv DAY ZONE, one JSON object.

BASKETS has basket_id, card, at (UTC), total and discount; DAY is the day as of which, inclusive.
"""
import json
import sys

import duckdb

baskets, day, zone = sys.argv[1:]
db = duckdb.connect()
db.execute("SET threads = 1; SET TimeZone = 'UTC'")
db.execute(
    f"""CREATE TABLE baskets AS SELECT DISTINCT basket_id, card, timezone('{zone}', "at"::TIMESTAMPTZ)::DATE AS day,
        total::DECIMAL(18, 2) AS total, discount::DECIMAL(18, 2) > 0 AS discounted FROM read_csv('{baskets}', all_varchar = true)"""
)
db.execute(f"DELETE FROM baskets WHERE day > DATE '{day}'")
db.execute(
    """CREATE TABLE one AS SELECT card, max(day) AS last, count(DISTINCT day) AS often, sum(total) AS money,
        avg(discounted::INT) AS share, count(*) AS baskets FROM baskets GROUP BY card"""
)
db.execute(
    """CREATE TABLE scored AS SELECT one.*, 1 + (5 * (rank() OVER (ORDER BY last) - 1)) // count(*) OVER () AS r,
        1 + (5 * (rank() OVER (ORDER BY often) - 1)) // count(*) OVER () AS f,
        1 + (5 * (rank() OVER (ORDER BY money) - 1)) // count(*) OVER () AS m,
        (SELECT coalesce(sum(more.money), 0) FROM one more WHERE more.money > one.money) / (SELECT sum(money) FROM one WHERE money > 0) AS ahead
        FROM one"""
)


def count(sql):
    return db.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0]


cells = {
    "champions": "r = 5 AND f >= 4", "loyal": "r IN (3, 4) AND f >= 4", "potential_loyal": "r >= 4 AND f IN (2, 3)",
    "new": "r = 5 AND f = 1", "promising": "r = 4 AND f = 1", "need_attention": "r = 3 AND f = 3",
    "about_to_sleep": "r = 3 AND f <= 2", "cannot_lose": "r <= 2 AND f = 5", "at_risk": "r <= 2 AND f IN (3, 4)",
    "hibernating": "r <= 2 AND f <= 2",
}
out = {name: count(f"SELECT 1 FROM scored WHERE {where}") for name, where in cells.items()}
out["customers"] = count("SELECT 1 FROM scored")
out["big_spenders"] = count("SELECT 1 FROM scored WHERE m = 5")
out["vital_few"] = count("SELECT 1 FROM scored WHERE ahead < 0.8")
out["bargain_hunters"] = count(
    """SELECT 1 FROM (SELECT share, 1 + (5 * (rank() OVER (ORDER BY share) - 1)) // count(*) OVER () AS score FROM scored
        WHERE baskets >= 3) WHERE score = 5 AND share >= 0.5"""
)
print(json.dumps(out))
