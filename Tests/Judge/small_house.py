"""A small house in a folder of its own that the real program fills from files: what judges of its answers ask questions of."""
import argparse
import csv
import datetime
import json
import pathlib
import random
import sqlite3
import subprocess
import tempfile

UTC = datetime.timezone.utc
ORDERS = """
source: shop
as: orders
order: Order
key: Row
at: {column: At, time: RFC 3339}
identifiers: {email: Email}
state: State
total: {column: Total, number: "."}
currency: {column: Currency}
properties: {tax: {column: Tax, number: "."}, cost: {column: Cost, number: "."}}
"""
EVENTS = """
source: site
as: events
key: Row
kind: {column: Kind}
at: {column: At, time: RFC 3339}
identifiers: {email: Email}
properties: {campaign: Campaign, channel: Channel}
"""
MINUTE = 60_000
DAY = 1_440 * MINUTE


def moment(milliseconds):
    return datetime.datetime.fromtimestamp(0, UTC) + datetime.timedelta(milliseconds=milliseconds)


def rfc(milliseconds):
    return moment(milliseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def decimal(minor, digits=2):
    """Minor units as people write them."""
    sign, minor = "-" * (minor < 0), abs(minor)
    return f"{sign}{minor // 10 ** digits}" + (f".{minor % 10 ** digits:0{digits}}" if digits else "")


def minor(text, digits=2):
    """The same back: a text or a number of JSON, which were read as texts."""
    whole, _, rest = str(text).partition(".")
    assert len(rest) <= digits or not rest[digits:].strip("0"), (text, digits)
    return int(whole.lstrip("-") + rest[:digits].ljust(digits, "0")) * (-1 if whole.startswith("-") else 1)


class House:
    """What happened is given as rows, as the files have them; `definitions` as what YAML would say."""

    def __init__(self, rapport, folder, zone, definitions=None, orders=(), events=(), currency="EUR"):
        self.rapport, self.folder = rapport, pathlib.Path(folder)
        (self.folder / "definitions").mkdir(parents=True)
        (self.folder / "rapport.yaml").write_text(
            f"database: sqlite:rapport.db\njournal: wishes.jsonl\nhouse: {{country: GB, currency: {currency}, time_zone: {zone}}}\n")
        self.say("migrate")
        if definitions:
            # JSON is YAML.
            (self.folder / "definitions" / "house.yaml").write_text(json.dumps(definitions))
            self.say("apply", str(self.folder / "definitions"))
        self.bring("orders", ORDERS, ["Row", "Order", "At", "Email", "State", "Total", "Currency", "Tax", "Cost"], orders)
        self.bring("events", EVENTS, ["Row", "Kind", "At", "Email", "Campaign", "Channel"], events)

    def bring(self, name, mapping, columns, rows):
        if not rows:
            return
        (self.folder / f"{name}.yaml").write_text(mapping)
        with open(self.folder / f"{name}.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            for number, row in enumerate(rows):
                writer.writerow({"Row": number, **row})
        told = self.say("import", str(self.folder / f"{name}.csv"), "--map", str(self.folder / f"{name}.yaml"))
        assert told is not None, name

    def say(self, *words, fails=False):
        """What a command answers, numbers as the texts they stand as; with `fails`, `None` where it refuses."""
        run = subprocess.run(
            [self.rapport, *words, "--json", "--config", str(self.folder / "rapport.yaml")], capture_output=True, text=True)
        if run.returncode and fails:
            return None
        assert run.returncode == 0, (words, run.stderr[-2000:])
        return json.loads(run.stdout.strip().splitlines()[-1] if words[0] == "import" else run.stdout, parse_float=str)

    def rows(self, *words):
        """The rows that a command writes with --csv."""
        path = self.folder / "rows.csv"
        self.say(*words, "--csv", str(path))
        with open(path, newline="") as file:
            return list(csv.DictReader(file))

    def people(self):
        """Public ids by address."""
        db = sqlite3.connect(self.folder / "rapport.db")
        known = dict(db.execute(
            "SELECT identifiers.value, people.public_id FROM identifiers JOIN people ON people.id = identifiers.person"))
        db.close()
        return known


def judge_houses(text, judge, houses):
    """Has `judge` (of a source of chance, a folder, the program and the house's number) look at so many houses as the command line says."""
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rapport", required=True)
    parser.add_argument("--houses", type=int, default=houses)
    parser.add_argument("--seed", type=int, default=1)
    o = parser.parse_args()
    for place in range(o.houses):
        with tempfile.TemporaryDirectory() as folder:
            try:
                judge(random.Random(o.seed * 100_003 + place), folder + "/house", o.rapport, o.seed + place)
            except AssertionError:
                print(f"house {place} of seed {o.seed} differs")
                raise
    print(f"{o.houses} houses: equal")
