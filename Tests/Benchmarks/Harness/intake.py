"""Tracking: `/v1/track` against a bare echoing server, `/v1/batch` against bare inserts, with the worker stopped and running."""
import json
import time
import urllib.request

from bench import ROOT, WRITE_KEY

LUA = ROOT / "Tests" / "Benchmarks" / "Lua"


def measure(bench, world):
    folder = world.home
    known = min(100_000, bench.options.people)
    with_devices(bench, folder, min(20_000, known))
    echo = bench.start(bench.binaries / "Benchmarks", "echo-server")
    echoing = echo.stdout.readline().strip()
    bench.progress("the echoing server")
    bench.wrk(f"{echoing}/v1/track", "warm", known, script=LUA / "track.lua", seconds=2)
    track = bench.wrk(f"{echoing}/v1/track", "echo", known, script=LUA / "track.lua")
    bench.progress("bare inserts")
    rows = bench.benchmark("bare-inserts", bench.work, "--seconds", bench.options.seconds)["rows_per_second"]
    events = bench.run("sqlite3", folder / "rapport.db", "SELECT SUM(head) FROM partitions").strip()
    identifiers = bench.run("sqlite3", folder / "rapport.db", "SELECT COUNT(*) FROM identifiers").strip()
    size = f"{int(identifiers):,} identifiers, {int(events):,} events"
    for name, flags in (("stopped", []), ("running", ["--with-worker"])):
        server, address = bench.serve(folder, *flags)
        if flags:
            caught_up(bench, folder)
        bench.progress(f"/v1/track, worker {name}")
        bench.wrk(f"{address}/v1/track", f"w{name}{time.time()}", known, script=LUA / "track.lua", seconds=2)
        found = bench.wrk(f"{address}/v1/track", f"t{name}{time.time()}", known, script=LUA / "track.lua")
        # What else the machine does falls on both: the echo is measured before and after.
        again = bench.wrk(f"{echoing}/v1/track", "echo", known, script=LUA / "track.lua", seconds=max(2, bench.options.seconds // 2))
        baseline = (track["rate"] + again["rate"]) / 2
        track = again
        ratio = found["rate"] / baseline
        bench.note(
            "intake", f"/v1/track, {size}, durable before 200, 64 connections, worker {name}", told(found),
            f"bare Hummingbird that decodes and echoes the same JSON: {baseline:,.0f}/s", ratio, "≥ 0.35×", ratio >= 0.35 and not found["bad"], **found)
        bench.progress(f"/v1/batch, worker {name}")
        found = bench.wrk(f"{address}/v1/batch", f"b{name}{time.time()}", known, LUA, script=LUA / "batch.lua")
        ratio = found["rate"] * 100 / rows
        bench.note(
            "intake", f"/v1/batch, a hundred events a request, worker {name}", f"{found['rate'] * 100:,.0f} events/s; " + told(found),
            f"bare prepared inserts in batches of 100: {rows:,} rows/s", ratio, "≥ 0.05×", ratio >= 0.05 and not found["bad"], **found)
        if flags:
            caught_up(bench, folder)
        bench.stop(server)
    bench.stop(echo)


def told(found):
    return f"{found['rate']:,.0f} requests/s, p99 {found['p'].get('99', float('nan')):.0f} ms" + (f", {found['bad']} REFUSED" if found["bad"] else "")


def with_devices(bench, folder, count):
    """The load names some people by their devices: these must be known."""
    server, address = bench.serve(folder, "--with-worker")
    bench.progress(f"{count:,} devices")
    run = f"d{time.time()}"
    for start in range(0, count, 100):
        calls = [
            {"type": "track", "userId": f"u{number}", "anonymousId": f"a{number}", "event": "Signed Up", "messageId": f"{run}-{number}"}
            for number in range(start, min(start + 100, count))]
        request = urllib.request.Request(
            f"{address}/v1/batch", json.dumps({"writeKey": WRITE_KEY, "batch": calls}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request).read()
    caught_up(bench, folder)
    bench.stop(server)


def caught_up(bench, folder):
    """Waits until the worker has handled what was accepted."""
    query = "SELECT SUM(head - position) FROM partitions JOIN cursors ON cursors.partition = partitions.partition"
    deadline = time.time() + 120
    while int(bench.run("sqlite3", folder / "rapport.db", query).strip() or 0) > 0 and time.time() < deadline:
        time.sleep(0.2)
