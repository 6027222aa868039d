#!/usr/bin/env python3
"""Bad input through `rapport checkup` and `rapport import`: nothing lost, nothing crashed, each row in or named.

    bad_input.py --bin .build/debug [--isemail tests.xml] [--phones]

Writes one list of addresses of every kind, names in many scripts, names of 300 characters, days that no calendar has and swapped
columns; with --isemail the addresses of that file too, with --phones an example number of every region of PyPI's phonenumbers,
which also judges the E.164 form that comes out.
"""

import argparse
import csv
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

NAMES = [
    "李小龍", "Владимир", "محمد عبد الله", "אברהם", "ศรีสุดา", "Þórður", "Nguyễn Thị Minh", "Ἀριστοτέλης", "გიორგი", "Հայկ",
    "தமிழ்ச்செல்வி", "අනුර", "ངག་དབང", "ဒေါ်အောင်", "ሰላም", "ᏣᎳᎩ", "o'Brien-Smith", "X Æ A-12", "Jean\u00adLuc", "e\u0301ric",
    "\u202eevil", "👩‍👩‍👧 Smith", "Robert'); DROP TABLE people;--", "=cmd|' /C calc'!A0", "a" * 300, "漢" * 300,
]
DAYS = ["31/02/1990", "30/02/2001", "29/02/1999", "00/00/0000", "1990-13-01", "32/12/1980", "yesterday", "12/31/1999", "", "29/02/2000"]


def rows(arguments):
    number = 0
    for name in NAMES:
        number += 1
        yield [f"n{number}@example.org", name, name[::-1], "", "01/02/1980"]
    for day in DAYS:
        number += 1
        yield [f"n{number}@example.org", "Ann", "Day", "", day]
    for swapped in (["Ann", "ann@example.org"], ["Müller", "x@y.example"], ["", ""], ["a@b", "@"]):
        yield [swapped[0], swapped[1], "Swapped", "", "01/02/1980"]
    if arguments.isemail:
        for test in xml.etree.ElementTree.parse(arguments.isemail).getroot().iter("test"):
            text = test.findtext("address") or ""
            text = "".join(chr(ord(c) - 0x2400) if 0x2400 <= ord(c) <= 0x2420 else c for c in text)
            yield [text, "Is", "Email", "", ""]
    if arguments.phones:
        import phonenumbers

        for region in sorted(phonenumbers.SUPPORTED_REGIONS):
            for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
                example = phonenumbers.example_number_for_type(region, kind)
                if example is None:
                    continue
                number += 1
                style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
                yield [f"n{number}@example.org", region, "Phone", phonenumbers.format_number(example, style), ""]


def run(rapport, *parts, folder, codes=(0,)):
    done = subprocess.run([rapport, *parts], cwd=folder, capture_output=True, text=True)
    assert done.returncode in codes, (parts, done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--isemail")
    parser.add_argument("--phones", action="store_true")
    arguments = parser.parse_args()
    rapport = str(pathlib.Path(arguments.bin).resolve() / "rapport")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        (path / "rapport.yaml").write_text("database: sqlite:rapport.db\nhouse: {country: GB}\n")
        (path / "map.yaml").write_text(
            "source: bad\nas: people\nidentifiers: {email: email, phone: phone}\n"
            "fields: {first_name: first, last_name: last, birthday: {column: born, date: D/M/YYYY}}\n"
        )
        written = [row for row in rows(arguments) if "\0" not in "".join(row)]
        with open(path / "list.csv", "w", newline="", encoding="utf-8") as file:
            out = csv.writer(file)
            out.writerow(["email", "first", "last", "phone", "born"])
            out.writerows(written)
        run(rapport, "migrate", folder=folder)
        page = json.loads(run(rapport, "checkup", "list.csv", "--country", "GB", "--json", folder=folder, codes=(0, 1)))
        assert page["rows"] == len(written), (page["rows"], len(written))
        report = json.loads(run(rapport, "import", "list.csv", "--map", "map.yaml", "--errors", "bad.csv", "--json", folder=folder))
        assert report["records"] == len(written), report["records"]
        db = sqlite3.connect(path / "rapport.db")
        wholes = {line for (line, field) in db.execute("SELECT line, field FROM import_rejects")}
        said = db.execute("SELECT COUNT(*) FROM events JOIN kinds ON kinds.id = kind WHERE name = 'person.identified'").fetchone()[0]
        # Every row is an event, or known already, or named by its line.
        assert said + report["duplicates"] + report["omitted"] + len(wholes) >= len(written), (said, report, len(wholes))
        again = json.loads(run(rapport, "import", "list.csv", "--map", "map.yaml", "--json", folder=folder))
        assert again["added"] == 0, again
        names = {text for (text,) in db.execute("SELECT value FROM personal_values")}
        for name in NAMES:
            assert any(json.dumps(name, ensure_ascii=False)[1:-1] in text or name in text for text in names), name
        if arguments.phones:
            import phonenumbers

            have = {value for (value,) in db.execute("SELECT value FROM identifiers")}
            missing = []
            for row in written:
                if row[2] == "Phone":
                    wanted = phonenumbers.format_number(phonenumbers.parse(row[3]), phonenumbers.PhoneNumberFormat.E164)
                    if wanted not in have:
                        missing.append((row[1], row[3], wanted))
            print("phones not kept as the judge says:", missing)
        print(f"{len(written)} rows: {said} said, {report['rejected']} rejected, {report['duplicates']} known, lines named: {len(wholes)}")
        kinds = {}
        for found in page.get("findings", []):
            kinds[found.get("finding") or found.get("problem")] = found.get("count")
        print(json.dumps(kinds, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
