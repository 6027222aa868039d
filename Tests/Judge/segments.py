"""Counts the demo's segments by DuckDB from its files alone: segments.py DATA MONDAY (RFC 3339), one JSON object."""
import json
import sys

import duckdb

data, monday = sys.argv[1:]
db = duckdb.connect()
db.execute("SET threads = 1; SET TimeZone = 'UTC'")
db.execute(
    f'''CREATE TABLE baskets AS SELECT DISTINCT basket_id, card, "at"::TIMESTAMPTZ AS time FROM read_csv('{data}/baskets.csv', all_varchar = true)'''
)
db.execute(f"CREATE TABLE story AS SELECT '{monday}'::TIMESTAMPTZ AS now")
overdue = db.execute(
    """
    WITH gaps AS (
        SELECT card, epoch_ms(time) - lag(epoch_ms(time)) OVER (PARTITION BY card ORDER BY time, basket_id) AS gap FROM baskets
    ), typical AS (
        SELECT card, floor(median(gap)) AS gap FROM gaps WHERE gap IS NOT NULL GROUP BY card
    ), last AS (
        SELECT card, max(epoch_ms(time)) AS time FROM baskets GROUP BY card
    )
    SELECT count(*) FROM last JOIN typical USING (card), story
    WHERE epoch_ms(now) - last.time >= 3 * typical.gap AND epoch_ms(now) - last.time >= 9 * 86400000
    """
).fetchone()[0]
regulars = db.execute(
    """
    SELECT count(*) FROM (
        SELECT card FROM baskets, story WHERE epoch_ms(time) > epoch_ms(now) - 30 * 86400000::BIGINT GROUP BY card HAVING count(*) >= 4
    )
    """
).fetchone()[0]
print(json.dumps({"overdue": overdue, "regulars": regulars}))
