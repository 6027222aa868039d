"""What happens on a disk that is full: full_disk.py BIN, as root or where `unshare -r` may mount.

In a mount namespace of its own a small tmpfs holds the database; a file beside it takes up the room and gives it back. An import, an
upgrade, a campaign and a backup meet the full disk. Each says so in a sentence, leaves nothing half-written, and goes on or can be done
again when there is room.
"""
import csv
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import databases
import sinks

PEOPLE = 4000


class Disk:
    def __init__(self, path, megabytes):
        self.path = path
        os.mkdir(path)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", path], check=True)
        self.filler = os.path.join(path, "filler")

    def room(self):
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def fill(self, leaving=0):
        """Takes all room but `leaving` bytes."""
        with open(self.filler, "ab", buffering=0) as file:
            # Others take room, too, meanwhile.
            while (more := min(self.room() - leaving, 1 << 20)) > 0:
                try:
                    file.write(b"\0" * more)
                except OSError:
                    break

    def free(self):
        os.remove(self.filler)


class Test:
    def __init__(self, bin, folder):
        self.bin, self.folder = bin, folder
        self.faults = []
        self.disk = Disk(os.path.join(folder, "disk"), 48)
        self.database = databases.SQLite(self.disk.path)
        self.sink = sinks.Sink(os.path.join(folder, "sink.txt"), 1, 0.02)
        self.log = open(os.path.join(folder, "worker.log"), "ab")
        self.worker = None
        self.write("rapport.yaml", f"""\
database: {self.database.url}
journal: {folder}/journal.jsonl
house: {{name: Small House, time_zone: UTC, country: GB, currency: GBP, language: en}}
brands:
  house: {{title: Small House, from: house@example.org, postal_address: 1 High Street}}
channels:
  mail: {{plugin: channel.email, host: 127.0.0.1, port: {self.sink.port}, tls: none, timeout: 10s}}
matching: {{mode: "off"}}
worker: {{lease: 1s}}
""")
        self.write("definitions.yaml", """\
topics:
  offers: {class: marketing, title: Offers}
permission:
  default: {source: the test, rules: [{class: marketing, bases: [consent]}]}
guards:
  house: {zone: UTC}
segments:
  some: 'starts_with(shoe, "a")'
fields:
  shoe: {type: text, purpose: test}
templates:
  marketing: {languages: {en: {subject: "marketing", text: "Dear all, no more of this: {{unsubscribe_url}}"}}}
""")
        self.write("people.yaml", """\
source: shop
records:
  - as: people
    key: Number
    identifiers: {email: Email, external.shop: Number}
    fields: {shoe: Shoe}
  - as: permissions
    key: Number
    at: {column: Since, time: RFC 3339}
    identifiers: {external.shop: Number}
    basis: consent
    brand: house
    topic: offers
    channel: email
    where: till
    wording: v1
""")
        with open(os.path.join(folder, "people.csv"), "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["Number", "Email", "Shoe", "Since"])
            for number in range(PEOPLE):
                table.writerow([f"k{number}", f"p{number}@example.org", ("a" if number < 150 else "b") + "x" * 60,
                                "2026-01-05T10:00:00Z"])

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)

    def rapport(self, *arguments, fails=False, allowed=(0,)):
        done = subprocess.run(
            [os.path.join(self.bin, "rapport"), *arguments, "--config", os.path.join(self.folder, "rapport.yaml")],
            capture_output=True, text=True, cwd=self.folder, timeout=200)
        name = " ".join(arguments[:2])
        if fails:
            if done.returncode == 0:
                self.faults.append(f"{name} succeeded on a full disk: {done.stdout[-500:]}")
            elif done.returncode < 0 or not re.search(r"full|no room|no space", done.stderr, re.I) or "Fatal" in done.stderr:
                self.faults.append(f"{name} ended with {done.returncode} and did not say that the disk is full: {done.stderr[-800:]}")
        elif done.returncode not in allowed:
            raise RuntimeError(f"{name}: {done.stdout[-1000:]}{done.stderr[-1000:]}")
        return done

    def number(self, sql):
        return int(self.database.query(sql)[0][0])

    def until(self, what, seconds, condition):
        end = time.monotonic() + seconds
        while not condition():
            if self.worker and self.worker.poll() is not None:
                raise RuntimeError(f"the worker ended by itself with {self.worker.returncode}: {what}")
            if time.monotonic() > end:
                raise RuntimeError(f"{what} took longer than {seconds} s")
            time.sleep(0.05)

    def upgrade(self):
        for room in (100_000, 400_000, 800_000):
            self.disk.fill(leaving=room)
            self.rapport("migrate", fails=True)
            self.disk.free()
        self.rapport("migrate")
        self.rapport("apply", "definitions.yaml")
        # So small a disk is told of as one that is nearly full, too.
        said = self.rapport("doctor", "--no-probe", "--json", allowed=(0, 1)).stdout
        if "sound" not in said:
            self.faults.append(f"the file is not sound after an upgrade on a full disk: {said[:500]}")

    def load(self):
        self.disk.fill(leaving=1_500_000)
        self.rapport("import", "people.csv", "--map", "people.yaml", fails=True)
        verified = self.rapport("log", "verify")
        self.disk.free()
        self.rapport("import", "people.csv", "--map", "people.yaml")
        again = json.loads(self.rapport("import", "people.csv", "--map", "people.yaml", "--json").stdout)
        people = self.number("SELECT count(*) FROM people")
        given = self.number(
            "SELECT count(*) FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'permission.granted'")
        if people != PEOPLE or given != PEOPLE or again["added"] != 0:
            self.faults.append(f"{people} people and {given} permissions of {PEOPLE}; a third import added {again['added']}")
        if verified.returncode != 0:
            self.faults.append("log verify: " + verified.stderr)

    def campaign(self):
        self.worker = subprocess.Popen(
            [os.path.join(self.bin, "rapport-worker"), "--config", os.path.join(self.folder, "rapport.yaml")], stdout=self.log,
            stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.folder)
        self.until("filling the segment", 60, lambda: self.number("SELECT count(*) FROM segments WHERE counted IS NOT NULL") == 1
                   and self.number("SELECT count(*) FROM segment_fills") == 0)
        self.rapport("campaigns", "draft", "spring", "--segment", "some", "--template", "marketing", "--topic", "offers", "--brand",
                     "house", "--channel", "mail")
        self.rapport("campaigns", "approve", "spring")
        self.rapport("campaigns", "send", "spring")
        for _ in range(3):
            before = len(self.sink.taken)
            self.until("the first messages", 60, lambda: len(self.sink.taken) > before + 5)
            self.disk.fill()
            time.sleep(2.5)
            stuck = len(self.sink.taken)
            time.sleep(1.5)
            if len(self.sink.taken) > stuck + 10:
                self.faults.append(f"{len(self.sink.taken) - stuck} messages left while nothing could be written down")
            self.disk.free()
        self.until("the rest", 120, lambda: self.number(
            "SELECT count(*) FROM messages WHERE state NOT IN (4, 5, 6, 7)") == 0 and self.number(
            "SELECT count(*) FROM campaigns WHERE state <> 'done'") == 0)
        states = dict(self.database.query("SELECT state, count(*) FROM messages GROUP BY state"))
        ids = [id for _, id in self.sink.taken]
        if len(ids) != len(set(ids)):
            self.faults.append(f"{len(ids) - len(set(ids))} messages came twice")
        if states.get(4, 0) + states.get(6, 0) != 150 or states.get(6, 0) > 30 or not states.get(4, 0) <= len(ids) <= 150:
            self.faults.append(f"of 150 messages {states} are in these states, and {len(ids)} came")
        self.worker.terminate()
        if self.worker.wait(30) != 0:
            self.faults.append("the worker did not end well")
        self.worker = None
        print(f"campaign: {states.get(4, 0)} sent, {states.get(6, 0)} in doubt")

    def backup(self):
        target = os.path.join(self.disk.path, "backup.gz")
        self.rapport("backup", target)
        with open(target, "rb") as file:
            first = file.read()
        for leaving in (0, 100_000):
            self.disk.fill(leaving=leaving)
            # Over the one that there is, and beside it: neither may leave a piece, nor take what is there.
            for name in ("backup.gz", "other.gz"):
                self.rapport("backup", os.path.join(self.disk.path, name), fails=True)
            with open(target, "rb") as file:
                if file.read() != first:
                    self.faults.append("a backup that failed has damaged the one before")
            left = {os.path.basename(path) for path in glob.glob(os.path.join(self.disk.path, "*")) + glob.glob(
                os.path.join(self.disk.path, ".*"))} - {"backup.gz", "filler", "rapport.db", "rapport.db-wal", "rapport.db-shm"}
            if left:
                self.faults.append(f"a backup that failed left {left}")
            # To where there is room it succeeds, though the database cannot note it, if the file can be opened at all.
            outside = os.path.join(self.folder, f"outside-{leaving}.gz")
            self.rapport("backup", outside, fails=leaving == 0)
            self.disk.free()
            if leaving == 0:
                continue
            restored = os.path.join(self.folder, f"restored-{leaving}.db")
            self.rapport("restore", outside, "--database", "sqlite:" + restored)
            count = databases.SQLite.at(restored).query("SELECT count(*) FROM people")[0][0]
            if count != PEOPLE:
                self.faults.append(f"{count} people of {PEOPLE} are restored")
        self.rapport("backup", target)

    def run(self):
        try:
            self.upgrade()
            self.load()
            self.campaign()
            self.backup()
            self.rapport("log", "verify")
        except RuntimeError as error:
            self.faults.append(str(error))
        finally:
            if self.worker:
                self.worker.kill()
        return self.faults


def main():
    bin = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="rapport-full-")
    test = Test(bin, folder)
    faults = test.run()
    for fault in faults:
        print("FAIL: " + fault)
    with open(os.path.join(folder, "worker.log"), errors="replace") as log:
        said = log.read()
    if faults:
        print(said[-3000:])
    subprocess.run(["umount", test.disk.path])
    subprocess.run(["rm", "-rf", folder])
    print("FAIL" if faults else "PASS")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
