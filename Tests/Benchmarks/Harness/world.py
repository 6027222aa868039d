"""The database that most rows are measured on: people through the real door, their history written as the folds write it."""
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time

from bench import Peak, WRITE_KEY

FIRST = "Ada Ben Carla Daniel Elena Farid Grace Hugo Ida Jonas Kate Leo Maria Nadia Omar Paula Quinn Rosa Sara Tomas".split()
LAST = "Abbott Baker Chen Diaz Ellis Fischer Garcia Hansen Ito Jensen Khan Lopez Meyer Novak Okafor Patel Reyes Smith Weber Young".split()
COUNTRIES = ["GB"] * 5 + ["FR", "DE", "ES", "IT", "PT"]
COLUMNS = ["id", "first_name", "last_name", "email", "phone", "city", "country", "birthday", "language", "company"]
# All are fields that every Rapport has: names, company and birthday identifying or searched as they come.
FIELDS = ["first_name", "last_name", "city", "country", "birthday", "language", "company"]
DAY = 86_400_000


def people_file(path, count):
    """Ten columns, an email, a phone and an external id each: the same for the same count."""
    chance = random.Random(7)
    with open(path, "w") as file:
        file.write(",".join(COLUMNS) + "\n")
        for number in range(count):
            first, last = chance.choice(FIRST), chance.choice(LAST)
            file.write(
                f"u{number},{first},{last},{first.lower()}.{last.lower()}.{number}@example.com,+4479{number % 100_000_000:08d},"
                f"City {number % 500},{COUNTRIES[number % 10]},{1940 + number % 60}-{1 + number % 12:02d}-{1 + number % 28:02d},en,"
                f"Firm {number % 9000}\n")


def home(bench, name, extra=""):
    """A folder with a configuration, a mapping and a migrated, empty database."""
    folder = bench.work / name
    (folder / "definitions").mkdir(parents=True)
    (folder / "rapport.yaml").write_text(
        "database: sqlite:rapport.db\nhttp: {host: 127.0.0.1, port: 0}\nhouse: {country: GB, currency: EUR, time_zone: UTC}\n"
        f"tracking:\n  bench: {{write_key: {WRITE_KEY}}}\n" + extra)
    fields = ", ".join(f"{name}: {name}" for name in FIELDS)
    (folder / "map.yaml").write_text(
        "source: crm\nregion: GB\nrecords:\n  - as: people\n    key: id\n"
        "    identifiers: {external.track_bench: id, email: email, phone: phone}\n"
        f"    fields: {{{fields}}}\n")
    bench.rapport(folder, "migrate")
    return folder


def import_people(bench, folder, table, *more):
    """Imports and steps to the end: seconds and the most memory."""
    started = time.time()
    process = subprocess.Popen(
        [bench.binaries / "rapport", "import", str(table), "--map", str(folder / "map.yaml"), "--config", str(folder / "rapport.yaml"), *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    peak = Peak(process)
    out, errors = process.communicate()
    if process.returncode:
        raise RuntimeError(f"rapport import: {errors[-2000:]}")
    return time.time() - started, peak.most, out


class World:
    """People and history in one database, made once a run (or taken from --keep)."""

    def __init__(self, bench):
        self.bench = bench
        self._home = None
        self.imported = None

    @property
    def table(self):
        path = self.bench.work / "people.csv"
        if not path.exists():
            self.bench.progress(f"writing a file of {self.bench.options.people:,} people")
            people_file(path, self.bench.options.people)
        return path

    def load_people(self):
        """An empty database filled with people: what the row about importing measures."""
        if self.imported is None:
            folder = home(self.bench, "world")
            self.bench.progress(f"importing {self.bench.options.people:,} people into an empty database")
            seconds, most, _ = import_people(self.bench, folder, self.table)
            self.imported = {"home": folder, "seconds": seconds, "memory": most}
        return self.imported

    @property
    def home(self):
        if self._home is None:
            self._home = self.kept() or self.made()
            # Gigabytes that are still on their way to the disk would make each commit wait for them.
            os.sync()
        return self._home

    def sizes(self):
        return {"people": self.bench.options.people, "events": self.bench.options.events}

    def kept(self):
        folder = self.bench.options.keep and self.bench.options.keep / "world"
        if not folder or not (folder / "world.json").exists():
            return None
        if json.loads((folder / "world.json").read_text()) != self.sizes():
            return None
        self.bench.progress("taking the database that was kept")
        shutil.copytree(folder, self.bench.work / "world")
        self.bench.rapport(self.bench.work / "world", "migrate")
        return self.bench.work / "world"

    def made(self):
        folder = self.load_people()["home"]
        self.bench.progress(f"adding {self.bench.options.events:,} events")
        events = add_history(folder / "rapport.db", self.bench.options.events, self.bench.work)
        settle_orders(self.bench, folder)
        self.bench.progress(f"{events:,} events of history are there")
        compared(folder / "rapport.db")
        if self.bench.options.keep:
            shutil.rmtree(self.bench.options.keep / "world", ignore_errors=True)
            shutil.copytree(folder, self.bench.options.keep / "world")
            (self.bench.options.keep / "world" / "world.json").write_text(json.dumps(self.sizes()))
        return folder


def compared(path):
    """Takes everybody for compared with everybody else: what goes on for long after an import is measured with the import, and
    would take a part of a processor from everything else."""
    db = sqlite3.connect(path)
    db.execute("DELETE FROM match_queue")
    db.commit()
    db.close()


# Kinds, with the columns of their four typed slots and their properties as the door writes them. x, y and z are independent
# numbers below 2^31 - 1 of each event; texts are numbers of symbols.
ORDER = ("200 + z % 20000", "{eur}", "1 + x % 12", "{store} + y % 50",
         """'{"total":' || ((200 + z % 20000) / 100) || '.' || printf('%02d', (200 + z % 20000) % 100) || ',"currency":"EUR","items":' || (1 + x % 12) || ',"store":"store ' || (y % 50) || '"}'""")
CLICK = ("{campaign} + y % 20", "{email}", "{link} + z % 50", "CASE WHEN x % 7 > 0 THEN 1 ELSE 0 END",
         """'{"campaign":"campaign ' || (y % 20) || '","channel":"email","link":"link ' || (z % 50) || '","human":' || CASE WHEN x % 7 > 0 THEN 'true' ELSE 'false' END || '}'""")
VIEW = ("{path} + y % 100", "{category} + z % 10", "NULL", "NULL",
        """'{"path":"/page ' || (y % 100) || '","category":"category ' || (z % 10) || '"}'""")


def add_history(path, events, scratch):
    """Writes events with everything that the door and the folds keep of them (`timeline`, `totals`, `confirmations`, dedupe keys, `last_seen`),
    but for orders (`settle_orders`): `rapport log verify` finds no difference, which each run proves on a small database. Returns how many were written.

    Nobody has none, half have half of the mean, and a few eight times as many; three in ten have lapsed.
    """
    db = sqlite3.connect(path, isolation_level=None)
    db.execute(f"PRAGMA temp_store_directory = '{scratch}'")
    for pragma in ("synchronous = OFF", "cache_size = -400000", "threads = 2", "wal_autocheckpoint = 20000"):
        db.execute(f"PRAGMA {pragma}")
    people = db.execute("SELECT COUNT(*) FROM people WHERE state = 0").fetchone()[0]
    mean = events / people
    now = int(time.time() * 1000)
    kinds = dict(db.execute("SELECT name, id FROM kinds WHERE name IN ('order.placed', 'link.clicked', 'page.viewed')"))
    columns = ["CASE " + " ".join(
        f"WHEN x % 10 < {end} THEN {kind[slot]}" for kind, end in ((ORDER, 6), (CLICK, 8), (VIEW, 10))) + " END" for slot in range(5)]
    db.execute("BEGIN IMMEDIATE")
    db.execute("INSERT INTO sources (name, horizon) VALUES ('history', 86400000)")
    source = db.execute("SELECT id FROM sources WHERE name = 'history'").fetchone()[0]
    symbols = symbols_of(db)
    db.execute("COMMIT")
    db.execute("CREATE TEMP TABLE counts (j INTEGER PRIMARY KEY)")
    db.executemany("INSERT INTO counts VALUES (?)", [(number,) for number in range(max(1, round(mean * 8)))])
    db.execute("CREATE TEMP TABLE own (person INTEGER PRIMARY KEY, profile INTEGER NOT NULL, share INTEGER NOT NULL)")
    db.execute(
        f"""INSERT INTO own SELECT person, MIN(id), CASE
                WHEN person * 7919 % 1000 < 40 THEN 0 WHEN person * 7919 % 1000 < 540 THEN {max(1, round(mean / 2))}
                WHEN person * 7919 % 1000 < 840 THEN {max(1, round(mean))} WHEN person * 7919 % 1000 < 980 THEN {round(mean * 2)}
                ELSE {round(mean * 8)} END
            FROM profiles GROUP BY person""")
    written = 0
    for partition in range(64):
        db.execute("BEGIN IMMEDIATE")
        head = db.execute("SELECT head FROM partitions WHERE partition = ?", (partition,)).fetchone()[0]
        written += db.execute(
            f"""INSERT INTO events (partition, position, person, profile, kind, source, occurred_at, received_at, history, depth,
                    n1, n2, n3, n4, personal, properties)
                SELECT {partition}, {head} + place, person, profile,
                    CASE WHEN x % 10 < 6 THEN {kinds['order.placed']} WHEN x % 10 < 8 THEN {kinds['link.clicked']}
                        ELSE {kinds['page.viewed']} END,
                    {source}, at, {now}, CASE WHEN at < {now - DAY} THEN 1 ELSE 0 END, 0,
                    {columns[0].format(**symbols)}, {columns[1].format(**symbols)}, {columns[2].format(**symbols)},
                    {columns[3].format(**symbols)}, 0, {columns[4]}
                FROM (SELECT *, x * 69621 % 2147483647 AS y, x * 69621 % 2147483647 * 40692 % 2147483399 AS z,
                        {now} - 1 - x % 60000 - 60000 * (CASE WHEN person * 31 % 10 < 3
                            THEN 200 * 1440 + x * 48271 % 2147483647 % (530 * 1440) ELSE x * 48271 % 2147483647 % (730 * 1440) END) AS at
                    FROM (SELECT own.person, own.profile, ROW_NUMBER() OVER (ORDER BY people.id, counts.j) AS place,
                            ((people.id * 48271 + counts.j * 1299709 + 11) * 16807) % 2147483647 AS x
                        FROM people JOIN own ON own.person = people.id JOIN counts ON counts.j < own.share
                        WHERE people.partition = {partition} AND people.state = 0))""").rowcount
        db.execute(
            """INSERT INTO dedupe (high, low, partition, position)
               SELECT (person * 2654435761 + position * 40503) * 69069 % 9007199254740881 * 1021, position * 64 + partition, partition,
                   position FROM events WHERE partition = ? AND position > ? ORDER BY 1, 2""", (partition, head))
        last = db.execute("SELECT MAX(position) FROM events WHERE partition = ?", (partition,)).fetchone()[0] or head
        for table, column in (("partitions", "head"), ("cursors", "position")):
            db.execute(f"UPDATE {table} SET {column} = ?, clock = MAX(clock, ?) WHERE partition = ?", (last, now, partition))
        db.execute("COMMIT")
    derive(db, source)
    db.close()
    return written


def derive(db, source):
    """What the folds of timeline, totals and confirmations keep of the events of a source."""
    index = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'timeline_by_kind'").fetchone()
    db.execute("BEGIN IMMEDIATE")
    if index:
        db.execute("DROP INDEX timeline_by_kind")
    db.execute(
        """INSERT INTO timeline SELECT person, kind, occurred_at, partition, position, profile, n1, n2, n3, n4 FROM events
           WHERE source = ? ORDER BY person, kind, occurred_at, partition, position""", (source,))
    if index:
        db.execute(index[0])
    db.execute(
        """INSERT INTO totals SELECT person, kind, MIN(occurred_at), MAX(occurred_at), COUNT(*), COALESCE(SUM(n1), 0),
               COALESCE(SUM(n2), 0), COALESCE(SUM(n3), 0), COALESCE(SUM(n4), 0)
           FROM timeline WHERE kind IN (SELECT id FROM kinds WHERE name IN ('order.placed', 'link.clicked', 'page.viewed'))
           GROUP BY person, kind""")
    db.execute(
        """INSERT INTO confirmations SELECT person, (SELECT id FROM identifier_kinds WHERE name = 'email'), MAX(occurred_at) FROM timeline
           WHERE kind = (SELECT id FROM kinds WHERE name = 'link.clicked') AND n4 = 1 GROUP BY person""")
    db.execute("UPDATE people SET last_seen = (SELECT MAX(last_at) FROM totals WHERE totals.person = people.id)")
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def settle_orders(bench, folder):
    """What the fold of orders keeps, as the migration settles it in a database from before."""
    db = sqlite3.connect(folder / "rapport.db")
    db.execute("DROP TABLE order_facts")
    db.execute("DELETE FROM migrations WHERE name = '0353-order-facts'")
    db.commit()
    db.close()
    bench.rapport(folder, "migrate")


def symbols_of(db):
    """The first number of each group of symbols; those of a group follow each other."""
    first = {}
    groups = [("eur", ["eur"]), ("email", ["email"])] + [
        (name, [f"{prefix}{number}" for number in range(count)])
        for name, prefix, count in (("store", "store ", 50), ("campaign", "campaign ", 20), ("link", "link ", 50), ("path", "/page ", 100), ("category", "category ", 10))]
    for name, values in groups:
        for value in values:
            db.execute("INSERT OR IGNORE INTO symbols (value) VALUES (?)", (value,))
        numbers = [db.execute("SELECT id FROM symbols WHERE value = ?", (value,)).fetchone()[0] for value in values]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            raise RuntimeError(f"the symbols {values[0]} … are known already: history is added once, to a database without events")
        first[name] = numbers[0]
    return first


def prove(bench):
    """Folds a small database of the same make anew, and compares."""
    bench.progress("proving the generator: rapport log verify on a small database")
    folder = home(bench, "proof")
    table = bench.work / "proof.csv"
    people_file(table, 2_000)
    import_people(bench, folder, table)
    add_history(folder / "rapport.db", 20_000, bench.work)
    settle_orders(bench, folder)
    out = bench.rapport(folder, "log", "verify")
    bench.progress(out.strip().splitlines()[-1])
    shutil.rmtree(folder)
