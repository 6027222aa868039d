"""Drives a real rapport-server from outside: tracking_judge.py --bin FOLDER. Exits 0 and prints "ok", or says what is wrong.

The unmodified Segment library (PyPI) tracks; plain HTTP does what that library would not: bad calls, wrong keys, repeats.
"""
import argparse
import base64
import gzip
import http.client
import json
import pathlib
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
home = pathlib.Path(tempfile.mkdtemp(prefix="rapport-track-"))
(home / "rapport.yaml").write_text(
    """database: sqlite:rapport.db
http: {host: 127.0.0.1, port: 0}
house: {country: GB, currency: EUR}
tracking:
  shop: {write_key: wk_shop_12345}
  till: {write_key: wk_till_12345, undeclared: refuse}
  site: {write_key: wk_site_12345, undeclared: drop}
""")
failures = []


def expect(what, condition, more=""):
    if not condition:
        failures.append(f"{what} {more}")


def run(*arguments):
    done = subprocess.run([binaries / "rapport", *arguments, "--config", home / "rapport.yaml"], capture_output=True, text=True, timeout=60)
    expect(" ".join(arguments), done.returncode == 0, done.stderr)
    return done.stdout


run("migrate")
(home / "definitions").mkdir()
(home / "definitions" / "fields.yaml").write_text(
    "fields:\n  first_name: {type: text, purpose: to address the person, identifying: true}\n"
    "  city: {type: text, purpose: where the nearest shop is}\n")
run("apply", str(home / "definitions"))
log = open(home / "log.txt", "w")
server = subprocess.Popen([binaries / "rapport-server", "--with-worker", "--config", home / "rapport.yaml"], stdout=subprocess.PIPE, stderr=log, text=True)
try:
    line = server.stdout.readline()
    url = urllib.parse.urlsplit(line.split()[-1])
    token = urllib.parse.parse_qs(url.query)["token"][0]

    def call(method, path, body=None, key="wk_shop_12345", headers=None):
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
        all_headers = {"content-type": "application/json"}
        if key:
            all_headers["authorization"] = "Basic " + base64.b64encode((key + ":").encode()).decode()
        all_headers.update(headers or {})
        connection.request(method, path, body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode(), all_headers)
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, data, answer.headers

    def bearer(path):
        status, data, _ = call("GET", path, key=None, headers={"authorization": f"Bearer {token}"})
        return status, json.loads(data)

    def eventually(what, probe):
        until = time.time() + 15
        while time.time() < until:
            answer = probe()
            if answer:
                return answer
            time.sleep(0.05)
        expect(what, False, "did not come about")
        return None

    # The unmodified library.
    import segment.analytics as analytics
    analytics.write_key = "wk_shop_12345"
    analytics.host = f"http://{url.hostname}:{url.port}"
    analytics.gzip = True
    errors = []
    analytics.on_error = lambda error, items: errors.append(str(error))
    analytics.identify("c-17", {"email": "Ann.Lee@Example.org", "firstName": "Ann", "city": "Leeds", "shoeSize": 40})
    analytics.track("c-17", "Order Completed", {"order_id": "O-1", "revenue": 49.9, "currency": "EUR", "products": [{"sku": "a"}]})
    analytics.track("c-17", "Spun The Wheel", {"prize": "none"})
    analytics.page("c-17", "Docs", "Home", {"path": "/"})
    analytics.screen("c-17", "Docs", "Home")
    analytics.group("c-17", "acme", {"name": "Acme"})
    analytics.alias("anonymous-1", "c-17")
    analytics.flush()
    analytics.shutdown()
    expect("the library reports no error", errors == [], errors)

    hit = eventually("the person is found", lambda: (bearer("/v1/people?q=ann.lee")[1].get("people") or [None])[0])
    if hit:
        person = bearer("/v1/people/" + hit["id"])[1]
        known = {i["kind"]: i["value"] for i in person["identifiers"]}
        expect("email is folded", known.get("email") == "ann.lee@example.org", known)
        expect("the user id is an identifier of the source", known.get("external.track_shop") == "c-17", known)
        field = eventually("fields are folded", lambda: bearer("/v1/people/" + hit["id"])[1]["fields"].get("first_name"))
        expect("the first name", field and field["value"] == "Ann" and field["source"] == "track.shop", field)
        expect("undeclared fields are not kept as fields", "shoe_size" not in person["fields"])

    shown = run("log", "show", hit["id"], "--json") if hit else ""
    for kind in ["order.placed", "track.spun_the_wheel", "page.viewed", "screen.viewed", "account.joined", "person.aliased"]:
        expect(f"{kind} is on the timeline", kind in shown, shown[:2000])

    # What the library would not do.
    def metric(name):
        text = call("GET", "/metrics", key=None)[1].decode()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith(name + " ")))

    def total():
        return metric("rapport_events_total")

    track = {"userId": "c-18", "event": "Order Completed", "messageId": "m-1", "properties": {"total": 5, "currency": "EUR"}}
    expect("a call is accepted", call("POST", "/v1/track", track)[0] == 200)
    before = total()
    expect("the same message again is accepted", call("POST", "/v1/track", track)[0] == 200)
    expect("and changes nothing", total() == before, f"{before} {total()}")
    expect("the write key may stand in the body", call("POST", "/v1/track", {**track, "messageId": "m-2", "writeKey": "wk_shop_12345"}, key=None)[0] == 200)
    expect("a wrong key is refused", call("POST", "/v1/track", track, key="nobody")[0] == 401)
    expect("no key is refused", call("POST", "/v1/track", track, key=None)[0] == 401)
    for bad in [b"{", b"[]", b"null", {"event": "x"}, {"userId": "c-18", "messageId": "m-9"}, {**track, "timestamp": "yesterday"}, {**track, "userId": {"a": 1}}, {**track, "userId": "x" * 300}]:
        status, data, _ = call("POST", "/v1/track", bad)
        expect(f"{str(bad)[:60]} is refused with a reason", status == 400 and b"message" in data, f"{status} {data}")
    nameless = {"batch": [{"type": "track", "userId": "c-18", "event": ""}, {**track, "type": "track", "messageId": "m-10"}]}
    before = total()
    status, data, _ = call("POST", "/v1/batch", nameless)
    refused = json.loads(data).get("refused", [{}])
    expect("a call without a name does not sink its batch", status == 200 and total() == before + 1, f"{status} {data}")
    expect("and is named with its reason", [(r.get("index"), r.get("code")) for r in refused] == [(0, "track.no_event")], data)
    batch = {"batch": [{**track, "type": "track", "messageId": "m-3"}, {"type": "nonsense"}, {**track, "type": "track", "messageId": "m-4"}]}
    before = total()
    status, data, _ = call("POST", "/v1/batch", batch)
    expect("one bad call does not sink a batch", status == 200 and total() == before + 2, f"{status} {data}")
    expect("the refused one is named", json.loads(data).get("refused", [{}])[0].get("index") == 1, data)
    for when in ["2026-11-24T19:01:11.629340", "2026-11-24 19:01:11+00", "20261124T190111Z", "2026-11-24"]:
        expect(f"{when} is a time", call("POST", "/v1/track", {**track, "messageId": when, "timestamp": when})[0] == 200)
    cut = b'{"batch": [{"type": "track", "userId": "c-18", "event": "Cut", "messageId": "m-11", "properties": {"text": "nice \\ud83d"}}]}'
    before = total()
    expect("half an emoji sinks no batch", call("POST", "/v1/batch", b"\xef\xbb\xbf" + cut)[0] == 200 and total() == before + 1)
    body = json.dumps({**track, "messageId": "m-12"}).encode()
    with socket.create_connection((url.hostname, url.port), timeout=10) as line:
        head = f"POST /v1/track HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
        line.sendall((head + "Authorization: Basic " + base64.b64encode(b"wk_shop_12345:").decode() + "\r\n\r\n").encode())
        told = line.recv(1000)
        expect("a client that waits for 100 is told to go on", told == b"HTTP/1.1 100 Continue\r\n\r\n", told)
        line.sendall(body)
        answer = b"".join(iter(lambda: line.recv(1000), b""))
        expect("and answered", answer.startswith(b"HTTP/1.1 200 OK\r\n"), answer)
    expect("a body too large is refused", call("POST", "/v1/track", b'{"userId":"x","event":"' + b"y" * 40_000 + b'"}')[0] == 413)
    bomb = gzip.compress(b" " * 50_000_000)
    expect("a gzip bomb is refused", call("POST", "/v1/batch", bomb, headers={"content-encoding": "gzip"})[0] == 413)
    expect("damaged gzip is refused", call("POST", "/v1/batch", b"\x1f\x8bnonsense", headers={"content-encoding": "gzip"})[0] == 400)
    undeclared = {"userId": "c-19", "event": "Odd Thing", "messageId": "m-5"}
    expect("refuse refuses", call("POST", "/v1/track", undeclared, key="wk_till_12345")[0] == 400)
    before, forgotten = total(), metric("rapport_tracking_dropped_total")
    expect("drop accepts", call("POST", "/v1/track", {**undeclared, "messageId": "m-6"}, key="wk_site_12345")[0] == 200)
    expect("and keeps nothing", total() == before)
    expect("but counts", metric("rapport_tracking_dropped_total") == forgotten + 1, f"{forgotten}")
    status, _, headers = call("OPTIONS", "/v1/track", key=None, headers={"origin": "https://shop.example"})
    expect("browsers may ask", status == 204 and headers["access-control-allow-origin"] == "*", f"{status} {headers}")

    # Pages and health.
    expect("healthz", call("GET", "/healthz", key=None)[0] == 200)
    expect("readyz", call("GET", "/readyz", key=None)[0] == 200)
    status, data, _ = call("GET", "/", key=None)
    expect("the overview asks for the token", status == 200 and b"sign-in" in data and b"decisions" not in data.lower())
    expect("people need the token", call("GET", "/v1/people?q=ann", key=None)[0] == 401)
    status, _, headers = call("GET", f"/sign-in?token={token}", key=None)
    cookie = (headers["set-cookie"] or "").split(";")[0]
    expect("the token opens", status == 303 and cookie)
    expect("a wrong token does not", call("GET", "/sign-in?token=wrong", key=None)[0] == 401)
    paths = ["/", "/people", "/people?q=ann", "/health"] + (["/people/" + hit["id"]] if hit else [])
    for path in paths:
        status, data, _ = call("GET", path, key=None, headers={"cookie": cookie})
        expect(f"page {path}", status == 200 and b"</html>" in data, f"{status} {data[:300]}")
    status, data, _ = call("GET", "/people/nobody", key=None, headers={"cookie": cookie})
    expect("a page for nobody is 404 in words", status == 404 and b"</html>" in data, f"{status}")
    expect("an unknown unsubscribe link is 404", call("GET", "/u/forged", key=None)[0] == 404)
    expect("an unknown click link is 404", call("GET", "/c/forged", key=None)[0] == 404)
finally:
    server.send_signal(signal.SIGTERM)
    try:
        code = server.wait(timeout=20)
        expect("SIGTERM ends it in order", code == 0, str(code))
    except subprocess.TimeoutExpired:
        server.kill()
        expect("SIGTERM ends it", False)
log.close()
if failures:
    print("\n".join(failures))
    print((home / "log.txt").read_text()[-3000:])
    sys.exit(1)
print("ok")
