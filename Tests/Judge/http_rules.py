"""Asks every address of a real server by every method: http_rules.py --bin FOLDER. Exits 0 and prints "ok", or says what is wrong.

HEAD answers as GET does and has no body, on one connection (a body would be taken for the next answer); a method that an address does not
know is 405 with `Allow`, and OPTIONS says the same; what is nowhere stays 404. Bodies of several gzip members, ids by which nobody can be
told, orders without their number, addresses and times that are none. Connections that say nothing are closed.
"""
import argparse
import base64
import gzip
import http.client
import json
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("--bin", required=True)
binaries = pathlib.Path(parser.parse_args().bin)
home = pathlib.Path(tempfile.mkdtemp(prefix="rapport-http-"))
config = home / "rapport.yaml"
config.write_text("database: sqlite:rapport.db\nhttp: {host: 127.0.0.1, port: 0, idle_timeout: 3s}\nhouse: {country: GB, currency: EUR}\njournal: wishes.jsonl\n"
                  "tracking:\n  shop: {write_key: wk_shop_12345}\n")
failures = []


def expect(what, condition, more=""):
    if not condition:
        failures.append(f"{what} {more}")


def run(*arguments):
    done = subprocess.run([binaries / "rapport", *arguments, "--config", config], capture_output=True, text=True, timeout=120)
    expect(" ".join(map(str, arguments)), done.returncode == 0, done.stdout + done.stderr)
    return done.stdout


run("migrate")
server = subprocess.Popen([binaries / "rapport-server", "--with-worker", "--config", config], stdout=subprocess.PIPE, stderr=open(home / "log.txt", "w"), text=True)
try:
    url = urllib.parse.urlsplit(server.stdout.readline().split()[-1])
    token = urllib.parse.parse_qs(url.query)["token"][0]
    bearer = {"authorization": f"Bearer {token}"}
    key = {"authorization": "Basic " + base64.b64encode(b"wk_shop_12345:").decode()}

    def call(method, path, body=None, headers=bearer):
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        connection.request(method, path, body, {"content-type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers

    reading = ["/", "/people", "/people/nobody", "/health", "/health/data", "/healthz", "/readyz", "/metrics", "/assets/style.css",
               "/assets/mark.svg", "/v1/people", "/v1/people?q=ann", "/v1/people/nobody", "/v1/people/nobody/why", "/v1/people/nobody/export", "/c/nothing"]
    writing = ["/v1/batch", "/v1/track", "/v1/identify", "/v1/t", "/v1/people/nobody/question", "/v1/people/nobody/answer", "/v1/people/nobody/rights/erase"]
    both = ["/sign-in", "/u/nothing", "/p/nothing"]

    # HEAD is GET without the body.
    for path in reading + both:
        get, body, of_get = call("GET", path)
        head, nothing, of_head = call("HEAD", path)
        expect(f"HEAD {path}", head == get and nothing == b"", f"{head} {nothing[:80]} instead of {get}")
        expect(f"HEAD {path} names the type", of_head["content-type"] == of_get["content-type"], of_head)
        if path not in ("/", "/metrics", "/health", "/health/data", "/readyz"):
            expect(f"HEAD {path} names the size", of_head["content-length"] == str(len(body)), of_head)

    # One connection, answers back to back: a body after HEAD would shift them.
    with socket.create_connection((url.hostname, url.port), timeout=20) as plain:
        paths = ["/people", "/nowhere", "/v1/batch", "/v1/people/nobody", "/u/nothing", "/c/nothing"]
        for path in paths:
            plain.sendall(f"HEAD {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n".encode())
        plain.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        said = b""
        while part := plain.recv(65_536):
            said += part
    parts = said.split(b"\r\n\r\n")
    expect("HEAD has no body", len(parts) == len(paths) + 2 and all(part.startswith(b"HTTP/1.1 ") for part in parts[:-1]), said[:900])
    expect("and the next answer is read", parts[-1] == b"ok\n", parts[-1])

    # Other methods, those that nobody knows too.
    allowed = {**{path: "GET, HEAD, OPTIONS" for path in reading}, **{path: "OPTIONS, POST" for path in writing}, **{path: "GET, HEAD, OPTIONS, POST" for path in both},
               "/hooks/mail/events": "GET, HEAD, OPTIONS, POST, PUT"}
    for path, methods in allowed.items():
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]:
            if method in methods.split(", "):
                continue
            status, body, headers = call(method, path)
            expect(f"{method} {path}", status == 405 and headers["allow"] == methods, f"{status} {headers['allow']}")
            expect(f"{method} {path} says why", (b"http.wrong_method" in body) == (method != "HEAD"), body)
        status, body, headers = call("OPTIONS", path)
        expect(f"OPTIONS {path}", status == 204 and (path in writing[:4] or headers["allow"] == methods), f"{status} {headers}")
    for method in ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PROPFIND"]:
        for path in ["/nowhere", "/v1/nowhere", "/people/a/b", "/v1/people/a/b/c/d"]:
            status, body, headers = call(method, path)
            expect(f"{method} {path} is nowhere", status == 404 and headers["allow"] is None, status)
    expect("a hook that is none", call("HEAD", "/hooks/mail/events")[0] == 404)
    expect("without the token", [call("HEAD", "/v1/people", headers={})[0], call("DELETE", "/v1/people", headers={})[0]] == [401, 405])

    # Several gzip members are one body.
    def batch(events):
        return json.dumps({"batch": events}).encode()

    def send(body, **headers):
        status, answer, _ = call("POST", "/v1/batch", body, {**key, **headers})
        return status, json.loads(answer)

    def total():
        return int(next(line.split()[1] for line in call("GET", "/metrics")[1].decode().splitlines() if line.startswith("rapport_events_total ")))

    before = total()
    body = batch([{"type": "track", "userId": "g", "event": "Zipped", "messageId": f"z{n}"} for n in range(3)])
    members = [gzip.compress(body[at:at + 60]) for at in range(0, len(body), 60)]
    status, answer = send(b"".join(members), **{"content-encoding": "gzip"})
    expect("gzip of several members", status == 200 and "refused" not in answer and total() == before + 3, f"{status} {answer}")
    for what, packed in [("a member that is cut", b"".join(members)[:-9]), ("something else behind a member", gzip.compress(body) + b"nonsense"), ("an empty body", b"")]:
        expect(what, send(packed, **{"content-encoding": "gzip"})[0] == 400)
    bomb = gzip.compress(b" " * 400_000)
    expect("members that are too much together", send(bomb * 2, **{"content-encoding": "gzip"})[0] == 413)

    # Who is nobody is refused, and named; the rest of the batch comes in.
    before = total()
    good = {"type": "track", "userId": "u", "event": "Seen"}
    bad = [({"userId": "  "}, "userId"), ({"userId": "\u00a0\t"}, "userId"), ({"userId": "a\u0000b"}, "userId"), ({"userId": None, "anonymousId": " "}, "anonymousId"),
           ({"anonymousId": "d\u0000"}, "anonymousId"), ({"type": "alias", "previousId": " "}, "previousId"), ({"type": "identify", "userId": "\n"}, "userId")]
    events = [event for members, _ in bad for event in ({**good, **members}, good)]
    status, answer = send(batch(events))
    refused = answer.get("refused", [])
    expect("ids of nobody are refused one by one", status == 200 and [one["index"] for one in refused] == list(range(0, 2 * len(bad), 2)), answer)
    expect("by a sentence that names the field", all(one["code"] == "track.bad_id" and f"`{field}`" in one["message"] for one, (_, field) in zip(refused, bad)), refused)
    expect("and the rest comes in", total() == before + len(bad), f"{total()} after {before}")
    status, answer, _ = call("POST", "/v1/track", json.dumps({**good, "userId": " "}), key)
    expect("a single call too", status == 400 and json.loads(answer)["error"]["field"] == "userId", answer)
    expect("an empty id is none", send(batch([{**good, "userId": "", "anonymousId": "d1"}])) == (200, {"success": True}))

    # An order without its number comes in, and somebody is told.
    before = total()
    orders = [{**good, "event": name, "properties": {"revenue": 12.5, "currency": "EUR", **more}}
              for name, more in [("Order Completed", {}), ("Order Completed", {"order_id": ""}), ("Order Refunded", {}), ("Order Completed", {"order_id": "O-1"}), ("Order Completed", {"order_id": 17})]]
    status, answer = send(batch(orders))
    expect("orders without a number come in", status == 200 and "refused" not in answer and total() == before + 5, answer)

    # An address that is none and a sentAt that is no time are left out, alone as in a batch, and somebody is told.
    before = total()
    person = {"userId": "nina", "traits": {"email": "nina@@example", "phone": "later"}, "sentAt": "just now"}
    status, answer, _ = call("POST", "/v1/identify", json.dumps(person), key)
    expect("an address that is none sinks no call", status == 200, answer)
    status, answer = send(json.dumps({"batch": [{"type": "identify", "userId": "nina", "traits": {"email": "nina"}}, good], "sentAt": "just now"}).encode())
    expect("nor a batch", status == 200 and "refused" not in answer and total() == before + 3, answer)
    for when, right in [(1_700_000_000, True), (1_700_000_000_123, True), ("2023-11-14T22:13:20Z", True), ("soon", False), (1e30, False)]:
        status, answer, _ = call("POST", "/v1/track", json.dumps({**good, "timestamp": when}), key)
        expect(f"timestamp {when}", (status == 200) == right, answer)
        status, answer = send(batch([{**good, "timestamp": when}]))
        expect(f"timestamp {when} in a batch", status == 200 and ("refused" not in answer) == right, answer)

    # Who says nothing for three seconds is hung up on, in the middle of a request too; who asks once a second is not.
    def closed(first):
        plain = socket.create_connection((url.hostname, url.port), timeout=20)
        plain.sendall(first)
        return plain

    begun = time.monotonic()
    silent, half = closed(b""), closed(b"POST /v1/track HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
    talker = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
    talker.connect()
    own = talker.sock
    for _ in range(5):
        talker.request("GET", "/healthz")
        talker.getresponse().read()
        time.sleep(1)
    expect("who asks once a second keeps the connection", talker.sock is own)
    for what, plain in [("a silent connection", silent), ("half a request", half)]:
        while plain.recv(1_000):
            pass
        expect(f"{what} is closed", time.monotonic() - begun < 15)

    # A database that is gone: told within a second, whoever asks, and without where it was.
    expect("all is ready", call("GET", "/readyz", headers={})[:2] == (200, b"ready\n"))
    (home / "rapport.db").rename(home / "away.db")
    begun, status = time.monotonic(), 200
    while status == 200 and time.monotonic() - begun < 20:
        time.sleep(0.2)
        asked = time.monotonic()
        status, said, _ = call("GET", "/readyz", headers={})
        expect("readiness is told at once", time.monotonic() - asked < 3, time.monotonic() - asked)
    expect("what is missing is told, and not where it was", (status, said) == (503, b"not ready: Database\n"), (status, said))
    expect("the log has the rest", "not ready" in (home / "log.txt").read_text() and str(home) in (home / "log.txt").read_text())
    expect("the process lives", call("GET", "/healthz", headers={})[0] == 200)
    (home / "away.db").rename(home / "rapport.db")
finally:
    server.send_signal(signal.SIGTERM)
    server.wait(20)


def noted(reason):
    return {(one["name"], one["count"]) for one in json.loads(run("health", "--json"))["dropped"] if one["reason"] == reason}


expect("and are counted", noted("unnumbered") == {("order.placed", 2), ("order.refunded", 1)}, noted("unnumbered"))
expect("and named among what is to be done", "without the number of its order" in run("health"))
expect("what is no address or time is counted", noted("unread") == {("email", 2), ("phone", 1), ("sentAt", 3)}, noted("unread"))
expect("and named", "email came 2 times and could not be read" in run("health"), run("health"))
expect("and stands on the person", "unread" in json.dumps(json.loads(run("people", "show", "nina", "--json"))), run("people", "show", "nina", "--json"))
for failure in failures:
    print(failure)
if not failures:
    print("ok")
    shutil.rmtree(home)
sys.exit(1 if failures else 0)
