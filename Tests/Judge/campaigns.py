"""What the demo's letters brought and changed, by DuckDB from its files alone: campaigns.py DATA CAMPAIGN, one JSON object.

Amounts are US cents. Letters count for 48 days, as config/demo/definitions/costs.yaml says.
"""
import json
import sys

import duckdb

data, campaign = sys.argv[1:]
db = duckdb.connect()
db.execute("SET threads = 1; SET TimeZone = 'UTC'")
db.execute(
    f"""CREATE TABLE baskets AS SELECT DISTINCT basket_id, card, "at"::TIMESTAMPTZ AS time, round(total::DECIMAL(12, 2) * 100)::BIGINT AS cents
        FROM read_csv('{data}/baskets.csv', all_varchar = true)"""
)
db.execute(
    f"""CREATE TABLE letters AS SELECT campaign, card, sent_at::TIMESTAMPTZ AS sent, row_number() OVER () AS place
        FROM read_csv('{data}/mailings.csv', all_varchar = true)"""
)
db.execute(f"""CREATE TABLE coupons AS SELECT campaign, card, "at"::TIMESTAMPTZ AS time FROM read_csv('{data}/redemptions.csv', all_varchar = true)""")
window = "INTERVAL 48 DAY"
figures = db.execute(
    f"""
    SELECT letters.campaign, count(DISTINCT letters.card),
        count(DISTINCT coupons.card), count(DISTINCT baskets.card), count(DISTINCT basket_id),
        (SELECT sum(cents) FROM baskets AS b JOIN letters AS l USING (card)
         WHERE l.campaign = letters.campaign AND b.time BETWEEN l.sent AND l.sent + {window})::BIGINT
    FROM letters
    LEFT JOIN coupons ON coupons.campaign = letters.campaign AND coupons.card = letters.card
        AND coupons.time BETWEEN letters.sent AND letters.sent + {window}
    LEFT JOIN baskets ON baskets.card = letters.card AND baskets.time BETWEEN letters.sent AND letters.sent + {window}
    GROUP BY letters.campaign ORDER BY letters.campaign
    """
).fetchall()
attributed = db.execute(
    f"""
    WITH touches AS (
        SELECT basket_id, cents, campaign, sent, place, count(*) OVER w AS touches, row_number() OVER (w ORDER BY sent, place) AS number
        FROM baskets JOIN letters ON letters.card = baskets.card AND baskets.time BETWEEN sent AND sent + {window}
        WINDOW w AS (PARTITION BY basket_id)
    )
    SELECT campaign, sum(CASE WHEN number = 1 THEN cents ELSE 0 END)::BIGINT, sum(CASE WHEN number = touches THEN cents ELSE 0 END)::BIGINT,
        sum(cents / touches)
    FROM touches GROUP BY campaign ORDER BY campaign
    """
).fetchall()
lift = db.execute(
    f"""
    WITH began AS (SELECT min(sent) AS moment FROM letters WHERE campaign = '{campaign}'),
    changes AS (
        SELECT card, card IN (SELECT card FROM letters WHERE campaign = '{campaign}') AS reached,
            sum(CASE WHEN time >= began.moment AND time <= began.moment + {window} THEN cents
                WHEN time >= began.moment - {window} AND time < began.moment THEN -cents ELSE 0 END) AS change
        FROM baskets, began GROUP BY card HAVING min(time) < any_value(began.moment)
    )
    SELECT count(*) FILTER (reached), count(*) FILTER (NOT reached),
        avg(change) FILTER (reached) - avg(change) FILTER (NOT reached),
        sqrt(var_samp(change) FILTER (reached) / count(*) FILTER (reached)
            + var_samp(change) FILTER (NOT reached) / count(*) FILTER (NOT reached))
    FROM changes
    """
).fetchone()
print(
    json.dumps(
        {
            "figures": {name: dict(zip(["reach", "redeemed", "customers", "orders", "revenue"], rest)) for name, *rest in figures},
            "attribution": {name: dict(zip(["first", "last", "linear"], rest)) for name, *rest in attributed},
            "lift": dict(zip(["reached", "others", "difference", "standard_error"], lift)),
            "total": db.execute("SELECT sum(cents)::BIGINT FROM baskets").fetchone()[0],
        }
    )
)
