"""scripts/crash-test --wishes: people opt out, object, are merged, taken apart and erased while campaigns are sent to them.

A first campaign gives everybody a link. While a second is sent slowly by mail, one by another mail channel into a folder of files and
one for service, wishes come at random moments and many at once: one click in a mail program (HTTP), everything ended on the page,
objections and restrictions over the API and at the command line, erasures both ways, two records made one and two again, with opt-outs
of either before, at and after that very moment. Then a last campaign asks for everybody. It passes when

  - no marketing message begins to leave for somebody later than GRACE seconds after their wish was answered, nor ever after;
  - a person erased is nowhere: not in the database, not in the files of messages, not in the log of the processes, not in the journal;
  - an opt-out of either holds for both as long as they are one, for both for ever if it was made while they were one, and else for
    whoever made it alone; two who are one get one message;
  - taken apart, each has the identifiers and fields of before;
  - `rapport why` says of each message what became of it, and of each that did not come why not;
  - counts add up, no message comes twice, and `rapport log verify` finds nothing.
"""
import collections
import concurrent.futures
import csv
import glob
import http.client
import json
import os
import random
import re
import subprocess
import threading
import time
import urllib.parse

# Between a wish's answer and the last message that may begin to leave: a quarter of a second until a sender looks again, one message
# that is with the mail server, and a machine that is busy with ten processes.
GRACE = 1.5
GONE = ("oneclick", "everything", "object", "restrict")


class Failed(Exception):
    pass


class Person:
    def __init__(self, number, chance):
        self.number = number
        self.name = "zq" + "".join(chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(9))
        self.last = "vy" + "".join(chance.choice("bcdfghjklmnpqrstvwxz") for _ in range(9))
        self.email = f"{self.name}@{self.last}.example"
        self.phone = "+4477009" + "%05d" % (number + 10_000)
        self.key = f"kd{number}x{chance.randrange(10**9):09d}"
        self.link = None
        self.wishes = []  # (kind, began, answered)
        self.erased = None  # when it was answered
        self.id = None

    def out_at(self):
        return min((answered for kind, _, answered in self.wishes if kind in GONE), default=None)

    @property
    def values(self):
        return [self.email, self.name, self.last, self.phone[1:], self.key]


class Pair:
    """Two people who are taken for one, and perhaps for two again."""

    def __init__(self, one, other, unmerges):
        self.one, self.other, self.unmerges = one, other, unmerges
        self.merged = self.unmerged = None  # (began, ended)
        self.before = None

    @property
    def both(self):
        return (self.one, self.other)


class Test:
    def __init__(self, options, folder, database, sink):
        self.options, self.folder, self.database, self.sink = options, folder, database, sink
        self.random = random.Random(options.seed)
        self.log = open(os.path.join(folder, "workers.log"), "ab")
        self.config = os.path.join(folder, "rapport.yaml")
        self.people = [Person(number, self.random) for number in range(options.people or 150)]
        self.processes = []
        self.faults = []
        self.lock = threading.Lock()
        self.skipped = 0

    # The house

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)

    def prepare(self):
        self.write("rapport.yaml", f"""\
database: {self.database.url}
http: {{host: 127.0.0.1, port: 0, public_url: "https://house.example"}}
journal: journal.jsonl
house: {{name: Wish House, time_zone: UTC, country: GB, currency: GBP, language: en}}
brands:
  house: {{title: Wish House, from: house@example.org, postal_address: 1 High Street}}
channels:
  mail: {{plugin: channel.email, host: 127.0.0.1, port: {self.sink.port}, tls: none, timeout: 10s}}
  files: {{plugin: channel.outbox, folder: files, format: eml, rate: RATE}}
matching: {{mode: "off"}}
worker: {{lease: {self.options.lease}s}}
""".replace("RATE", str(max(2, len(self.people) // 12)) ))
        self.write("definitions/all.yaml", """\
fields:
  first_name: {type: text, purpose: salutation}
  last_name: {type: text, purpose: salutation}
topics:
  offers: {class: marketing, title: Offers}
  orders: {class: service, title: Your orders}
permission:
  default:
    source: the crash test
    rules:
      - {class: marketing, bases: [consent]}
      - {class: service, needs: nothing}
guards:
  house: {zone: UTC}
segments:
  everyone: {expression: has(identifier email), purpose: service}
templates:
  marketing:
    tokens: {first_name: {fallback: friend}}
    languages:
      en: {subject: "CAMPAIGN", text: "Dear {{first_name}}, no more of this: {{unsubscribe_url}}"}
  service:
    tokens: {first_name: {fallback: friend}}
    languages:
      en: {subject: "service", text: "Dear {{first_name}}"}
""")
        with open(os.path.join(self.folder, "people.csv"), "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["Number", "First", "Last", "Email", "Phone", "Since"])
            for person in self.people:
                table.writerow([person.key, person.name, person.last, person.email, person.phone, "2026-01-05T10:00:00Z"])
        self.write("people.yaml", """\
source: shop
records:
  - as: people
    key: Number
    at: {column: Since, time: RFC 3339}
    identifiers: {email: Email, phone: Phone, external.shop: Number}
    fields: {first_name: First, last_name: Last}
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

    def rapport(self, *arguments, check=True):
        done = subprocess.run(
            [os.path.join(self.options.bin, "rapport"), *arguments, "--config", self.config], capture_output=True, text=True,
            cwd=self.folder, timeout=120)
        if check and done.returncode != 0:
            raise Failed("rapport %s: %s%s" % (" ".join(arguments), done.stdout, done.stderr))
        return done

    def start(self):
        process = subprocess.Popen(
            [os.path.join(self.options.bin, "rapport-server"), "--with-worker", "--config", self.config],
            stdout=subprocess.PIPE, stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.folder, text=True)
        self.processes.append(process)
        line = process.stdout.readline()
        if "http://" not in line:
            raise Failed("a server did not start: see workers.log")
        self.port = int(line.split("http://", 1)[1].split("/", 1)[0].rsplit(":", 1)[1])
        for _ in range(1, self.options.workers):
            self.processes.append(subprocess.Popen(
                [os.path.join(self.options.bin, "rapport-worker"), "--config", self.config],
                stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, cwd=self.folder))
        with open(os.path.join(self.folder, "rapport.token")) as file:
            self.token = file.read().strip()

    def post(self, path, body, headers):
        """Posts until it is answered otherwise than with 503, as mail programs do."""
        for _ in range(50):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            connection.close()
            if answer.status != 503:
                return answer.status, text
            time.sleep(0.1)
        raise Failed(f"{path}: 503 fifty times: {text}")

    def number(self, sql):
        return int(self.database.query(sql)[0][0] or 0)

    def until(self, what, seconds, condition):
        end = time.monotonic() + seconds
        while not condition():
            for process in self.processes:
                if process.poll() is not None:
                    raise Failed(f"a process ended by itself with {process.returncode}: see workers.log")
            if time.monotonic() > end:
                raise Failed(f"{what} took longer than {seconds} s")
            time.sleep(0.05)

    def is_quiet(self):
        return self.number(
            "SELECT count(*) FROM partitions JOIN cursors ON cursors.partition = partitions.partition "
            "WHERE partitions.head > cursors.position") == 0

    def send(self, name, channel="mail", template="marketing", topic="offers"):
        self.rapport(
            "campaigns", "draft", name, "--segment", "everyone", "--template", template, "--topic", topic, "--brand", "house",
            "--channel", channel, "--approve-over", "1000000")
        self.rapport("campaigns", "approve", name)
        self.rapport("campaigns", "send", name)

    def done(self, *names):
        self.until("sending " + ", ".join(names), 240, lambda: self.is_quiet() and self.number(
            "SELECT count(*) FROM campaigns WHERE state <> 'done'") == 0)

    # Wishes

    def wish(self, person, kind):
        began = time.time()
        bearer = {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        path = "/v1/people/" + urllib.parse.quote(person.email, safe="")
        because = f"wish {self.random.randrange(10**9)}"
        if kind == "oneclick":
            status, text = self.post(person.link, "List-Unsubscribe=One-Click", form)
        elif kind == "everything":
            status, text = self.post(person.link, "choice=everything", form)
        elif kind in ("object", "restrict"):
            if self.by_hand():
                done = self.rapport("people", kind, person.email, "--because", because, check=False)
                status, text = (200 if done.returncode == 0 else 0), done.stdout + done.stderr
            else:
                status, text = self.post(f"{path}/rights/{kind}", json.dumps({"because": because}), bearer)
        elif kind == "erase":
            if self.by_hand():
                done = self.rapport("erase", person.email, "--yes", "--because", because, check=False)
                status, text = (200 if done.returncode == 0 else 0), done.stdout + done.stderr
            else:
                status, text = self.post(f"{path}/rights/erase", json.dumps({"because": because, "yes": True}), bearer)
        if status != 200:
            raise Failed(f"{kind} of person {person.number}: {status} {text}")
        answered = time.time()
        with self.lock:
            person.wishes.append((kind, began, answered))
            if kind == "erase":
                person.erased = answered

    def by_hand(self):
        with self.lock:
            return self.random.random() < 0.3

    def shown(self, person):
        """What a person's page says that a merge and an unmerge must leave alone."""
        told = json.loads(self.rapport("people", "show", person.email, "--events", "0", "--json").stdout)
        text = json.dumps({name: told.get(name) for name in ("id", "identifiers", "fields")}, sort_keys=True)
        return re.sub(r'"age_ms": \d+', "", text)

    def merge(self, pair):
        began = time.time()
        done = json.loads(self.again("duplicates", "merge", pair.one.email, pair.other.email, "--reason", "test", "--json"))
        pair.merged = (began, time.time())
        pair.number = done["merge"]

    def unmerge(self, pair):
        began = time.time()
        self.again("duplicates", "unmerge", str(pair.number), "--json")
        pair.unmerged = (began, time.time())

    def again(self, *arguments):
        for _ in range(20):
            done = self.rapport(*arguments, check=False)
            if done.returncode == 0:
                return done.stdout
            if "contend" not in done.stderr and "Try again" not in done.stderr:
                break
        raise Failed("rapport %s: %s" % (" ".join(arguments), done.stderr))

    def live(self, seconds):
        """All wishes at their moments, several at once."""
        chance = self.random
        crowd = self.people[:]
        chance.shuffle(crowd)
        plans = []  # (moment, what to do)
        self.pairs = []
        count = len(crowd) // 10 * 3 // 2
        for index in range(count):
            one, other = crowd.pop(), crowd.pop()
            pair = Pair(one, other, unmerges=chance.random() < 0.6)
            pair.before = (self.shown(one), self.shown(other)) if index < 4 else None
            self.pairs.append(pair)
            at = chance.uniform(0, seconds * 0.6)
            apart = chance.uniform(at + 1, seconds)
            story = [(at, lambda pair=pair: self.merge(pair))]
            if pair.unmerges:
                story.append((apart, lambda pair=pair: self.unmerge(pair)))
            plans.append(story)
            for person in pair.both:
                if chance.random() < 0.45:
                    # Half of them aim at the very moment of the merge or its end.
                    moment = chance.choice([at, apart]) if chance.random() < 0.5 else chance.uniform(0, seconds)
                    kind = chance.choice(["oneclick", "everything", "object"])
                    plans.append([(moment, lambda person=person, kind=kind: self.wish(person, kind))])
        for person in crowd:
            kind = chance.choices(
                ["oneclick", "everything", "object", "restrict", "erase", "both", None], [22, 12, 14, 8, 18, 6, 20])[0]
            if kind is None:
                continue
            moment = chance.uniform(0, seconds)
            if kind == "both":
                # A click and an erasure at once: the click may find nobody any more.
                plans.append([(moment, lambda person=person: self.wish(person, "erase"))])
                plans.append([(moment, lambda person=person: self.click_anyhow(person))])
            else:
                plans.append([(moment, lambda person=person, kind=kind: self.wish(person, kind))])
        began = time.monotonic()

        def play(story):
            for moment, act in story:
                time.sleep(max(0, began + moment - time.monotonic()))
                act()

        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            for future in [pool.submit(play, story) for story in plans]:
                future.result(seconds + 240)

    def click_anyhow(self, person):
        status, _ = self.post(
            person.link, "List-Unsubscribe=One-Click", {"Content-Type": "application/x-www-form-urlencoded"})
        if status not in (200, 404):
            raise Failed(f"one click of somebody erased at that moment: {status}")

    # The story

    def run(self):
        self.prepare()
        self.rapport("migrate")
        self.rapport("apply", "definitions")
        self.rapport("import", "people.csv", "--map", "people.yaml")
        self.start()
        self.until("filling the segment", 120, lambda: self.is_quiet() and self.number(
            "SELECT count(*) FROM membership WHERE segment = (SELECT id FROM segments WHERE name = 'everyone')")
            == len(self.people) and self.number("SELECT count(*) FROM segment_fills") == 0)
        self.sink.delay = 0
        self.send("before")
        self.done("before")
        by_email = {person.email: person for person in self.people}
        for mail in self.sink.mails:
            link = re.search(r"<https://house\.example(/u/[^>]+)>", re.sub(r"\r\n\s+", " ", mail["head"]))
            by_email[mail["to"]].link = link.group(1)
        self.took = len(self.sink.mails)
        if self.took != len(self.people):
            raise Failed(f"{self.took} messages of the first campaign for {len(self.people)} people")
        self.sink.delay = self.options.delay / 1000
        # About as long as the second campaign and the one for service take.
        seconds = len(self.people) * 2 * self.options.delay / 2000 / self.options.workers * 0.8
        self.send("during")
        later = [
            threading.Timer(seconds / 4, lambda: self.send("filed", channel="files")),
            threading.Timer(seconds / 2, lambda: self.send("service", template="service", topic="orders")),
        ]
        for timer in later:
            timer.start()
        self.live(seconds)
        for timer in later:
            timer.join()
        self.sink.delay = 0
        self.done("during", "service", "filed")
        self.send("after")
        self.done("after")
        self.judge(by_email)
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            if process.wait(40) != 0:
                self.faults.append(f"a process ended with {process.returncode} when it was asked to stop")
        self.look_for_the_erased()
        verified = self.rapport("log", "verify", check=False)
        if verified.returncode != 0:
            self.faults.append("log verify: " + verified.stdout[-2000:] + verified.stderr[-2000:])
        return self.faults

    # The verdict

    def judge(self, by_email):
        names = dict(self.database.query("SELECT id, name FROM acts"))
        self.came = collections.defaultdict(lambda: collections.defaultdict(list))  # campaign, email: when each began
        ids = collections.Counter()
        for mail in self.sink.mails:
            act = int(mail["id"].replace("-", "")[:10], 16)
            self.came[names[act]][mail["to"]].append(mail["began"])
            ids[mail["id"]] += 1
        for path in glob.glob(os.path.join(self.folder, "files", "*.eml")):
            with open(path) as file:
                head = file.read().split("\n\n")[0]
            to = re.search(r"^To:.*?([^\s<]+@[^\s>]+)", head, re.I | re.M).group(1)
            self.came["filed"][to].append(os.stat(path).st_mtime)
        twice = [id for id, count in ids.items() if count > 1]
        if twice:
            self.faults.append(f"{len(twice)} messages came twice: {twice[:3]}")
        self.judge_moments(by_email)
        self.judge_last()
        self.judge_pairs()
        self.judge_words()
        self.judge_counts()
        wishes = collections.Counter(kind for person in self.people for kind, _, _ in person.wishes)
        print(", ".join(f"{count} × {kind}" for kind, count in sorted(wishes.items())) + f"; {len(self.pairs)} merges, "
              f"{sum(pair.unmerges for pair in self.pairs)} undone; " + ", ".join(
                  f"{name} {sum(map(len, came.values()))}" for name, came in sorted(self.came.items()))
              + f"; the latest message {self.latest:.2f} s after its wish", flush=True)

    def judge_moments(self, by_email):
        self.latest = 0.0
        for name in ("during", "filed"):
            for email, moments in self.came[name].items():
                person = by_email[email]
                ends = [moment for moment in (person.out_at(), person.erased) if moment]
                for began in moments:
                    late = began - min(ends) if ends else -1
                    self.latest = max(self.latest, late)
                    if late > GRACE:
                        self.faults.append(
                            f"{name} left for person {person.number} {late:.2f} s after their wish: {person.wishes}")

    def judge_last(self):
        """Who gets the last campaign: certain for everybody, but for whoever's twin opted out at the moment of merge or unmerge."""
        paired = {person: pair for pair in self.pairs for person in pair.both}
        for person in self.people:
            got = len(self.came["after"].get(person.email, []))
            pair = paired.get(person)
            if pair is None:
                wanted = {0} if person.out_at() or person.erased else {1}
                if got not in wanted:
                    self.faults.append(f"person {person.number} got the last campaign {got} times: {person.wishes}")
        for pair in self.pairs:
            got = [len(self.came["after"].get(person.email, [])) for person in pair.both]
            out = [person.out_at() is not None for person in pair.both]
            if not pair.unmerges:
                wanted = {0} if any(out) else {1}
                if sum(got) not in wanted:
                    self.faults.append(f"two who are one got the last campaign {got} times, out {out}")
                continue
            for index, person in enumerate(pair.both):
                other = pair.both[1 - index]
                if out[index]:
                    allowed = {0}
                elif not out[1 - index]:
                    allowed = {1}
                else:
                    while_one = [self.was_one(pair, began, answered) for kind, began, answered in other.wishes if kind in GONE]
                    allowed = {0} if True in while_one else {0, 1} if None in while_one else {1}
                if got[index] not in allowed:
                    self.faults.append(
                        f"person {person.number}, taken apart from {other.number}, got the last campaign {got[index]} times: "
                        f"{person.wishes}, {other.wishes}, merged {pair.merged}, apart {pair.unmerged}")

    @staticmethod
    def was_one(pair, began, answered):
        """Whether a wish fell into the time in which two were one; None where it overlaps an end of it."""
        if answered < pair.merged[0] or began > pair.unmerged[1]:
            return False
        return True if began > pair.merged[1] and answered < pair.unmerged[0] else None

    def judge_pairs(self):
        for pair in self.pairs:
            if pair.unmerges and pair.before:
                now = (self.shown(pair.one), self.shown(pair.other))
                for before, after in zip(pair.before, now):
                    if before != after:
                        self.faults.append(f"an unmerge left {after}, and before the merge it was {before}")
            if not pair.unmerges:
                for name in ("during", "after"):
                    # Both may have been on their way, or gone, before they were one.
                    moments = sorted(m for person in pair.both for m in self.came[name].get(person.email, []))
                    if len([m for m in moments if m > pair.merged[1] + GRACE]) > 1:
                        self.faults.append(f"two who are one got {name} twice after they were one: {pair.merged}, {moments}")

    def judge_words(self):
        """What `rapport why` says of a person agrees with what came, and with the wish."""
        paired = {person for pair in self.pairs for person in pair.both}
        asked = [person for person in self.people if person not in paired and not person.erased]
        self.random.shuffle(asked)
        for person in asked[: self.options.ask]:
            said = self.rapport("why", person.email, "--json", check=False)
            if said.returncode != 0:
                self.faults.append(f"why {person.number}: {said.stderr}")
                continue
            told = json.loads(said.stdout)
            told = told if isinstance(told, list) else told.get("decisions") or told.get("explanations") or []
            text = json.dumps(told)
            for name in ("before", "during", "filed", "service", "after"):
                line = [one for one in told if any(f"for campaign {name}." in detail for detail in one["details"])]
                came = bool(self.came[name].get(person.email))
                if not line:
                    self.faults.append(f"why says nothing of {name} to person {person.number}: {text[:600]}")
                elif (line[0].get("outcome") == "sent") != came:
                    self.faults.append(f"{name} {'came' if came else 'did not come'} to {person.number}: {line[0]['sentence']}")
                elif not came and not any(word in line[0]["sentence"] for word in self.words(person)):
                    self.faults.append(f"{name} did not come to {person.number} for {person.wishes}: {line[0]['sentence']}")

    @staticmethod
    def words(person):
        kinds = {kind for kind, _, _ in person.wishes}
        return ([" unsubscribed", " ended", " opted out", " withd", " object", " restrict", " asked"] if kinds else ["?"])

    def judge_counts(self):
        for (name, asked, decided, waiting) in self.database.query(
                "SELECT acts.name, coalesce(sum(CASE WHEN outcome = 'asked' THEN count END), 0), "
                "coalesce(sum(CASE WHEN outcome = 'decided' THEN count END), 0), "
                "coalesce(sum(CASE WHEN outcome = 'waiting' THEN count END), 0) "
                "FROM act_counts JOIN acts ON acts.id = act_counts.act GROUP BY acts.name"):
            rows = self.number(f"SELECT count(*) FROM messages JOIN acts ON acts.id = messages.act WHERE acts.name = '{name}'")
            ends = dict(self.database.query(
                "SELECT outcome, sum(count) FROM act_counts JOIN acts ON acts.id = act_counts.act "
                f"WHERE acts.name = '{name}' AND outcome IN ('sent', 'failed', 'in_doubt', 'dropped') GROUP BY outcome"))
            if waiting or rows != decided or sum(map(int, ends.values())) != decided:
                self.faults.append(f"{name}: {decided} decided, {rows} messages, {waiting} waiting, {ends}")
            sent = sum(map(len, self.came[name].values()))
            if name != "filed" and int(ends.get("sent", 0)) != sent:
                self.faults.append(f"{name}: {ends.get('sent')} are said to be sent, {sent} came")

    def look_for_the_erased(self):
        erased = [person for person in self.people if person.erased]
        if not erased:
            self.faults.append("nobody was erased")
        places = {"the database": self.database.dump()}
        for path in glob.glob(os.path.join(self.folder, "**"), recursive=True):
            name = os.path.relpath(path, self.folder)
            if not os.path.isfile(path) or name.startswith(("people.csv", "sink.txt", "rapport.db", "pg" + os.sep)):
                continue
            with open(path, errors="replace") as file:
                places[name] = file.read()
        for place, text in places.items():
            text = text.lower()
            for person in erased:
                found = [value for value in person.values if value in text]
                if found:
                    at = text.index(found[0])
                    self.faults.append(
                        f"{place} still says {found} of person {person.number}, who was erased: "
                        f"…{text[max(0, at - 200):at + 100]}…")

    def clean(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
        self.database.stop()
        self.log.close()
