"""scripts/crash-test --intake: servers are killed while clients post to them.

Clients post tracked calls, one by one to /v1/track and in batches to /v1/batch, each call with a message id of its own. A client
that gets no answer, or one that is not 200, sends the same bytes again, to whichever server lives, until it gets one, as
Segment's libraries do; and now and then it sends again what has been answered. It passes when, at the end,

  - each call that was answered with 200 is on the log once, and nothing else is;
  - each person has as many events in the totals as were answered for them;
  - `rapport log verify` finds that folded state equals what the log says.
"""
import base64
import collections
import http.client
import json
import os
import random
import subprocess
import threading
import time

KEY = "wk_crash_intake_1"


class Failed(Exception):
    pass


class Server:
    """A `rapport-server --with-worker`, started again whenever it is killed."""

    def __init__(self, test, name):
        self.test, self.name = test, name
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [os.path.join(self.test.options.bin, "rapport-server"), "--with-worker", "--config", self.test.config],
            stdout=subprocess.PIPE, stderr=self.test.log, stdin=subprocess.DEVNULL, cwd=self.test.folder, text=True)
        line = self.process.stdout.readline()
        if "http://" not in line:
            raise Failed(f"the server {self.name} did not start: see workers.log")
        self.port = int(line.split("http://", 1)[1].split("/", 1)[0].rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(40)
        self.process.stdout.close()
        if code != 0:
            raise Failed(f"the server {self.name} ended with {code} when it was asked to stop")


class Client(threading.Thread):
    """Posts one request after the other, each until it is answered."""

    def __init__(self, test, number):
        super().__init__(daemon=True)
        self.test, self.number = test, number
        self.random = random.Random(test.options.seed * 1000 + number)
        self.count = 0
        self.answered = []  # (message id, person)
        self.tries = self.repeats = 0
        self.fault = None

    def run(self):
        try:
            while not self.test.ending.is_set():
                path, body, calls = self.request()
                self.post(path, body)
                self.answered += calls
                if self.random.random() < 0.1:
                    self.repeats += len(calls)
                    self.post(path, body)
        except Exception as error:  # told by the main thread
            self.fault = f"client {self.number}: {error!r}"

    def call(self):
        self.count += 1
        message, person = f"m{self.number}-{self.count}", f"p{self.random.randrange(self.test.people)}"
        body = {"type": "track", "messageId": message, "event": "Order Completed",
                "properties": {"order_id": message, "total": 12.5, "currency": "GBP"}, "userId": person}
        if self.random.random() < 0.3:
            body["anonymousId"] = "device-" + person
        return body, (message, person)

    def request(self):
        if self.random.random() < 0.6:
            body, call = self.call()
            return "/v1/track", body, [call]
        made = [self.call() for _ in range(self.random.randrange(1, 30))]
        return "/v1/batch", {"batch": [body for body, _ in made]}, [call for _, call in made]

    def post(self, path, body):
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode((KEY + ":").encode()).decode()}
        end = time.monotonic() + 120
        while True:
            self.tries += 1
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.random.choice(self.test.servers).port, timeout=20)
                connection.request("POST", path, data, headers)
                answer = connection.getresponse()
                text = answer.read()
                connection.close()
                if answer.status == 200:
                    refused = json.loads(text).get("refused")
                    if refused:
                        raise Failed(f"refused: {refused}")
                    return
                if answer.status < 500:
                    raise Failed(f"{answer.status}: {text[:300]!r}")
            except (OSError, http.client.HTTPException):
                pass
            if time.monotonic() > end:
                raise Failed("no server has answered for two minutes")
            time.sleep(0.01)


class Test:
    def __init__(self, options, folder, database):
        self.options, self.folder, self.database = options, folder, database
        self.random = random.Random(options.seed)
        self.people = options.people or 150
        self.config = os.path.join(folder, "rapport.yaml")
        self.log = open(os.path.join(folder, "workers.log"), "ab")
        self.servers = []
        self.ending = threading.Event()
        self.kills = 0

    def rapport(self, *arguments):
        return subprocess.run(
            [os.path.join(self.options.bin, "rapport"), *arguments, "--config", self.config], capture_output=True, text=True,
            cwd=self.folder, timeout=300)

    def run(self):
        with open(self.config, "w") as file:
            file.write(
                f"database: {self.database.url}\nhttp: {{host: 127.0.0.1, port: 0}}\nhouse: {{country: GB, currency: GBP}}\n"
                f"tracking:\n  shop: {{write_key: {KEY}}}\nworker: {{lease: {self.options.lease}s}}\n")
        made = self.rapport("migrate")
        if made.returncode != 0:
            raise Failed(made.stdout + made.stderr)
        self.servers = [Server(self, number) for number in range(self.options.workers)]
        clients = [Client(self, number) for number in range(8)]
        for client in clients:
            client.start()
        for round in range(self.options.rounds):
            time.sleep(self.random.uniform(0.02, 1.2))
            faults = [client.fault for client in clients if client.fault]
            if faults:
                return faults
            server = self.random.choice(self.servers)
            server.kill()
            self.kills += 1
            server.start()
            if (round + 1) % 10 == 0:
                print(f"round {round + 1}: {sum(len(client.answered) for client in clients)} calls answered", flush=True)
        self.ending.set()
        for client in clients:
            client.join(150)
        faults = [client.fault for client in clients if client.fault] + ["a client hangs" for client in clients if client.is_alive()]
        if faults:
            return faults
        end = time.monotonic() + 120
        while self.number("SELECT sum(head - position) FROM partitions JOIN cursors ON cursors.partition = partitions.partition"):
            if time.monotonic() > end:
                raise Failed("the events were not handled within two minutes")
            time.sleep(0.1)
        for server in self.servers:
            server.stop()
        return self.judge(clients)

    def number(self, sql):
        return int(self.database.query(sql)[0][0] or 0)

    def judge(self, clients):
        answered = dict(call for client in clients for call in client.answered)
        on_log = collections.Counter(
            json.loads(properties)["order"] for (properties,) in self.database.query(
                "SELECT events.properties FROM events JOIN kinds ON kinds.id = events.kind WHERE kinds.name = 'order.placed'"))
        faults = []
        lost = [message for message in answered if message not in on_log]
        twice = [message for message, count in on_log.items() if count > 1]
        unknown = [message for message in on_log if message not in answered]
        for what, messages in [("were answered with 200 and are not on the log", lost), ("are on the log more than once", twice),
                               ("are on the log and nobody was told", unknown)]:
            if messages:
                faults.append(f"{len(messages)} calls {what}: {messages[:3]}")
        wanted = collections.Counter(answered.values())
        # Identifiers are folded; these are lowercase as they are.
        counted = dict(self.database.query(
            "SELECT identifiers.value, totals.count FROM totals JOIN kinds ON kinds.id = totals.kind "
            "JOIN identifiers ON identifiers.person = totals.person "
            "JOIN identifier_kinds ON identifier_kinds.id = identifiers.kind "
            "WHERE kinds.name = 'order.placed' AND identifier_kinds.name = 'external.track_shop'"))
        wrong = [person for person in wanted.keys() | counted.keys() if wanted.get(person, 0) != counted.get(person, 0)]
        if wrong:
            person = wrong[0]
            faults.append(f"{len(wrong)} people have wrong totals: {person} has {counted.get(person, 0)}, not {wanted.get(person, 0)}")
        verified = self.rapport("log", "verify")
        if verified.returncode != 0:
            faults.append("log verify: " + verified.stdout[-2000:] + verified.stderr[-2000:])
        print(f"{self.kills} kills of a server; {len(answered)} calls answered, {sum(client.repeats for client in clients)} of them "
              f"sent again after that; {sum(client.tries for client in clients)} requests", flush=True)
        return faults

    def clean(self):
        self.ending.set()
        for server in self.servers:
            if server.process.poll() is None:
                server.kill()
        self.database.stop()
        self.log.close()
