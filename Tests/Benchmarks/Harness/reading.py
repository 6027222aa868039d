"""Memory of idle processes, and how fast people are found and shown."""
import http.client
import random
import sqlite3
import subprocess
import time
import urllib.parse
import urllib.request

from bench import memory


def measure_memory(bench, world):
    folder = world.home
    server, _ = bench.serve(folder, "--with-worker")
    bench.progress("waiting until the server is idle")
    one = idle(server.pid)
    bench.stop(server)
    bench.note("memory", "one idle server with worker, PSS", f"{one:.0f} MB", aim="≤ 60 MB", met=one <= 60, megabytes=one)
    worker = bench.start(bench.binaries / "rapport-worker", "--config", folder / "rapport.yaml", stderr=subprocess.DEVNULL)
    alone = idle(worker.pid)
    bench.stop(worker)
    bench.note("memory", "a worker alone, PSS", f"{alone:.0f} MB", aim="≤ 40 MB", met=alone <= 40, megabytes=alone)


def idle(pid):
    """PSS once it stands still."""
    time.sleep(5)
    last = memory(pid)
    for _ in range(10):
        time.sleep(1)
        now = memory(pid)
        if abs(now - last) < 0.5:
            return now
        last = now
    return last


LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local threads = 0
function setup(thread) thread:set("seed", threads); threads = threads + 1 end
function init(args) math.randomseed(seed + 1) end
function request() return wrk.format("GET", paths[math.random(#paths)]) end
"""


def signed_in(address, token):
    """Signs in as a browser does: the cookie that comes back."""
    line = http.client.HTTPConnection(address.removeprefix("http://"))
    line.request(
        "POST", "/sign-in", urllib.parse.urlencode({"token": token}), {"Content-Type": "application/x-www-form-urlencoded", "Origin": address})
    return line.getresponse().headers["Set-Cookie"].split(";")[0]


def check(address, headers):
    """That we are let in: a form that asks for the token would be quick, too."""
    request = urllib.request.Request(address, headers=dict(header.split(": ", 1) for header in headers))
    with urllib.request.urlopen(request) as answer:
        text = answer.read().decode()
    if answer.status != 200 or 'action="/sign-in"' in text:
        raise RuntimeError(f"{address} is not shown")


def measure_pages(bench, world):
    folder = world.home
    db = sqlite3.connect(folder / "rapport.db")
    people = db.execute("SELECT COUNT(*) FROM people").fetchone()[0]
    chance = random.Random(3)
    ids = [db.execute("SELECT public_id FROM people WHERE id >= ? ORDER BY id LIMIT 1", (chance.randrange(1, people),)).fetchone()[0] for _ in range(2000)]
    rows = [db.execute(
        "SELECT person FROM golden WHERE person >= ? ORDER BY person LIMIT 1", (chance.randrange(1, people),)).fetchone()[0] for _ in range(700)]
    slots = dict(db.execute("SELECT name, slot FROM fields"))
    names = [db.execute(f"SELECT f{slots['first_name']}, f{slots['last_name']} FROM golden WHERE person = ?", (row,)).fetchone() for row in rows]
    emails = [db.execute(
        "SELECT value FROM identifiers WHERE person = ? AND kind = (SELECT id FROM identifier_kinds WHERE name = 'email')", (row,)).fetchone()[0] for row in rows]
    db.close()
    kinds = {
        "a person's data as JSON": [f"/v1/people/{one}" for one in ids],
        "a person's page with timeline and receipts": [f"/people/{one}" for one in ids],
        "a search for an address or its beginning": [f"/v1/people?q={email[:chance.randrange(12, len(email))]}" for email in emails],
        "a search for a first and last name": [f"/v1/people?q={first}%20{last}" for first, last in names],
        "a search for the beginning of a name": [f"/v1/people?q={first[:3]}" for first, _ in names[:100]],
        "the overview": ["/"],
        "the list of people": ["/people"],
    }
    server, address = bench.serve(folder, "--with-worker")
    token = bench.token(folder)
    headers = [f"Authorization: Bearer {token}", f"Cookie: {signed_in(address, token)}"]
    script, paths = bench.work / "pages.lua", bench.work / "paths.txt"
    script.write_text(LUA % paths)
    try:
        for name, list_of_paths in kinds.items():
            bench.progress(name)
            check(address + list_of_paths[0], headers)
            paths.write_text("\n".join(path.replace("+", "%2B") for path in list_of_paths) + "\n")
            bench.wrk(address, script=script, connections=16, seconds=2, headers=headers)
            found = bench.wrk(address, script=script, connections=16, threads=1, headers=headers)
            p99 = found["p"].get("99", float("nan"))
            bench.note(
                "pages", f"{name}, {people:,} people, 16 connections", f"p50 {found['p'].get('50', 0):.1f} ms, p99 {p99:.1f} ms, {found['rate']:,.0f}/s"
                + (f", {found['bad']} REFUSED" if found["bad"] else ""), aim="p99 ≤ 20 ms", met=p99 <= 20 and found["rate"] > 0 and not found["bad"], **found)
    finally:
        bench.stop(server)
