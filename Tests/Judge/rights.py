"""Asks for a person's rights over HTTP: rights.py --bin FOLDER [--database URL]. Exits 0 and prints "ok", or says what is wrong.

Who may ask, for whom (unknown, merged, erased), for what (bad wishes and bad words), and that a wish said twice changes nothing more.
"""
import argparse
import http.client
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("--bin", required=True)
parser.add_argument("--database", default="sqlite:rapport.db")
options = parser.parse_args()
binaries = pathlib.Path(options.bin)
home = pathlib.Path(tempfile.mkdtemp(prefix="rapport-rights-"))
config = home / "rapport.yaml"
config.write_text(f"database: {json.dumps(options.database)}\nhttp: {{host: 127.0.0.1, port: 0}}\nhouse: {{country: GB, currency: EUR}}\njournal: wishes.jsonl\n")
failures = []


def expect(what, condition, more=""):
    if not condition:
        failures.append(f"{what} {more}")


def run(*arguments, code=0):
    done = subprocess.run([binaries / "rapport", *arguments, "--config", config], capture_output=True, text=True, timeout=120)
    expect(" ".join(map(str, arguments)), done.returncode == code, done.stdout + done.stderr)
    return done.stdout


run("migrate")
(home / "people.csv").write_text(
    "id,email,first_name,city\n1,ida@b.example,Ida,Bath\n2,bo@b.example,Bo,Hull\n3,bob@b.example,Bob,Hull\n4,eve@b.example,Eve,York\n5,kit@b.example,Kit,Ely\n")
run("import", str(home / "people.csv"), "--source", "crm")
server = subprocess.Popen([binaries / "rapport-server", "--with-worker", "--config", config], stdout=subprocess.PIPE, stderr=open(home / "log.txt", "w"), text=True)
try:
    url = urllib.parse.urlsplit(server.stdout.readline().split()[-1])
    token = urllib.parse.parse_qs(url.query)["token"][0]
    bearer = {"authorization": f"Bearer {token}"}

    def call(method, path, body=None, headers=bearer):
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
        sent = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        connection.request(method, path, sent, {"content-type": "application/json", **headers})
        answer = connection.getresponse()
        data = answer.read()
        try:
            return answer.status, json.loads(data), answer.headers
        except ValueError:
            return answer.status, data.decode(errors="replace"), answer.headers

    def code(answer):
        return answer[0], answer[1].get("error", {}).get("code") if isinstance(answer[1], dict) else answer[1]

    def wish(person, name, body, headers=bearer):
        return call("POST", f"/v1/people/{person}/rights/{name}", body, headers)

    def rows(person, section):
        status, said, _ = call("GET", f"/v1/people/{person}/export")
        expect("an export", status == 200, said)
        return said["sections"].get(section, [])

    def eventually(what, probe):
        until = time.time() + 20
        while time.time() < until:
            if probe():
                return
            time.sleep(0.05)
        expect(what, False, "did not come about")

    why = {"because": "call of 3 May"}

    def found(name):
        status, answer, _ = call("GET", f"/v1/people?q={name}%40b.example")
        return [hit["id"] for hit in answer["people"] if hit["email"] == f"{name}@b.example"]

    ida, bo, bob, eve, kit = (found(name)[0] for name in ("ida", "bo", "bob", "eve", "kit"))

    # Who may ask.
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {token}"}):
        expect("an export without the token", call("GET", f"/v1/people/{ida}/export", None, headers)[0] == 401)
        expect("a wish without the token", wish(ida, "restrict", why, headers)[0] == 401)
    _, _, headers = call("GET", f"/sign-in?token={token}", None, {})
    cookie = {"cookie": (headers["set-cookie"] or "").split(";")[0]}
    expect("an export with the cookie", call("GET", f"/v1/people/{ida}/export", None, cookie)[0] == 200)
    expect("a wish with a cookie alone", wish(ida, "erase", {**why, "yes": True}, cookie)[0] == 401)
    expect("nothing was changed by any of that", not rows(ida, "restrictions") and call("GET", f"/v1/people/{ida}")[0] == 200)

    # For whom, and for what.
    nobody = "0190163d-8694-739b-aea5-966c26f8ad90"
    expect("an export of nobody", code(call("GET", f"/v1/people/{nobody}/export")) == (404, "http.not_found"))
    expect("a wish of nobody", code(wish(nobody, "restrict", why)) == (404, "http.not_found"))
    expect("an unknown wish", code(wish(ida, "forgive", why)) == (404, "http.not_found"))
    expect("GET of a wish changes nothing", call("GET", f"/v1/people/{ida}/rights/restrict")[0] in (404, 405))
    for name, body, wanted in [
        ("restrict", {}, "rights.because"), ("restrict", {"because": "  "}, "rights.because"), ("restrict", {"because": 3}, "rights.because"),
        ("correct", why, "rights.fields"), ("correct", {**why, "fields": {}}, "rights.fields"),
        ("correct", {**why, "fields": {"shoe": "9"}}, "field.unknown"), ("correct", {**why, "fields": {"birthday": "31/02"}}, "field.value"),
        ("erase", why, "rights.yes"), ("erase", {**why, "yes": "true"}, "rights.yes"),
        ("object", {**why, "topic": 7}, "rights.word"), ("object", {**why, "topics": "news"}, "rights.unknown_key"),
        ("restrict", {**why, "until": "2030"}, "rights.unknown_key"),
    ]:
        answered = code(wish(ida, name, body))
        expect(f"{name} {body}", answered == (400, wanted), answered)
    for body in (b"", b"{", b"[]", b"null", b"\xff\xfe"):
        expect(f"a body that is none: {body}", wish(ida, "restrict", body)[0] == 400, wish(ida, "restrict", body))
    expect("a body that is too large", wish(ida, "restrict", {"because": "x" * 70_000})[0] == 413)
    expect("nothing was changed by what was refused", not rows(ida, "restrictions") and not rows(ida, "objections"))

    # What comes of it.
    status, receipt, _ = wish(ida, "correct", {**why, "fields": {"city": "Leeds"}})
    expect("a correction", status == 200 and receipt["receipt"] == "correction" and "Leeds" not in json.dumps(receipt), receipt)
    eventually("the correction holds", lambda: call("GET", f"/v1/people/{ida}")[1]["fields"].get("city", {}).get("value") == "Leeds")
    receipts = []
    for _ in range(2):
        status, receipt, _ = wish(ida, "restrict", why)
        expect("a restriction", status == 200 and receipt["receipt"] == "restriction" and receipt["person"] == ida, receipt)
        receipts.append(receipt["id"])
    expect("a receipt each", len(set(receipts)) == 2)
    expect("a restricted person is exported as before", rows(ida, "identifiers") != [])
    status, receipt, _ = wish(ida, "release", why)
    expect("a release", status == 200 and receipt["receipt"] == "release", receipt)
    for body in ({**why, "topic": "news", "channel": "email"}, {**why, "topic": "profiling"}, why, why):
        status, receipt, _ = wish(bo, "object", body)
        expect("an objection", status == 200 and receipt["receipt"] == "objection", receipt)
    topics = [row.get("topic") for row in rows(bo, "objections")]
    expect("objections with their topics", "news" in topics and "profiling" in topics and len(topics) == 4, topics)
    for name in receipts:
        (home / "receipt.json").write_text(run("receipts", "show", name))
        run("receipts", "verify", str(home / "receipt.json"))

    # Merged: the old id reaches the one they are now.
    run("duplicates", "merge", bob, bo)
    status, receipt, _ = wish(bob, "restrict", why)
    kept = receipt.get("person")
    expect("a wish of somebody merged", status == 200 and kept in (bo, bob), receipt)
    expect("it is the merged person's", len(rows(bo, "restrictions")) == 1 and len(rows(bob, "restrictions")) == 1)
    expect("an export by either id is of one", {row["value"] for row in rows(bob, "identifiers")} >= {"bo@b.example", "bob@b.example"})

    # Erased.
    status, receipt, _ = wish(eve, "erase", {**why, "yes": True})
    expect("an erasure", status == 200 and receipt["receipt"] == "erasure" and "eve@" not in json.dumps(receipt).lower(), receipt)
    status, again, _ = wish(eve, "erase", {**why, "yes": True})
    expect("an erasure said again", status == 200 and again["id"] != receipt["id"], again)
    for name in ("restrict", "object", "release"):
        expect(f"{name} of somebody erased", code(wish(eve, name, why)) == (404, "person.not_found"), code(wish(eve, name, why)))
    expect("a correction of somebody erased", code(wish(eve, "correct", {**why, "fields": {"city": "Bath"}})) == (404, "person.not_found"))
    status, export, _ = call("GET", f"/v1/people/{eve}/export")
    values = [word for word in ("eve@", "Eve", "York") if word in json.dumps(export)]
    expect("an export of somebody erased has no value of theirs", status in (200, 404) and not values, export)
    expect("nobody is found by the old address", not found("eve"))
    status, receipt, _ = wish(bo, "erase", {**why, "yes": True})
    expect("an erasure of somebody merged", status == 200, receipt)
    for name in (bo, bob):
        text = json.dumps(call("GET", f"/v1/people/{name}/export")[1]).lower()
        expect("it takes both", "bo@b.example" not in text and "bob@b.example" not in text, text)
    expect("others are untouched", rows(kit, "identifiers") != [])
finally:
    server.send_signal(signal.SIGTERM)
    ended = server.wait(40)
expect("an orderly end", ended == 0, ended)
run("log", "verify")
for failure in failures:
    print("FAIL:", failure[:2000])
if failures:
    print(f"kept: {home}")
else:
    shutil.rmtree(home, ignore_errors=True)
    print("ok")
sys.exit(1 if failures else 0)
