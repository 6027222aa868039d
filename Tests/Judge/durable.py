"""Watches a real rapport-server from below: durable.py --bin FOLDER. Exits 0 and prints "ok", or says what is wrong.

Under strace, each tracked event must be written to the write-ahead log and synced to the disk before its 200 leaves; and while
syncing fails, no 200 may leave at all. Says so and ends with 77 where strace is missing or may not trace.
"""
import argparse
import base64
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

parser = argparse.ArgumentParser()
parser.add_argument("--bin", required=True)
binaries = pathlib.Path(parser.parse_args().bin)
home = pathlib.Path(tempfile.mkdtemp(prefix="rapport-durable-"))
failures = []
CALLS = 8


def expect(what, condition):
    if not condition:
        failures.append(what)


def can_trace():
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True)
    return tried.returncode == 0


class Server:
    """rapport-server under strace; only what it wrote, synced and sent stands in the trace, each call with all of its bytes."""

    def __init__(self, name, traced=True):
        self.trace = home / f"{name}.trace"
        self.log = open(home / f"{name}.log", "w")
        watch = ["strace", "-f", "-y", "-s", "140000", "-e", "trace=pwrite64,write,writev,sendto,sendmsg,fsync,fdatasync", "-o", self.trace]
        self.process = subprocess.Popen(
            [*(watch if traced else []), binaries / "rapport-server", "--config", home / "rapport.yaml"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit("the server did not start: " + (home / f"{name}.log").read_text()[-2000:])
        self.url = urllib.parse.urlsplit(line.split()[-1])

    def track(self, marker):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=20)
        key = base64.b64encode(b"wk_shop_12345:").decode()
        body = {"userId": "u1", "event": "Marked", "messageId": marker, "properties": {"marker": marker}}
        connection.request("POST", "/v1/track", json.dumps(body), {"content-type": "application/json", "authorization": "Basic " + key})
        return connection.getresponse().status

    def stop(self):
        # strace passes the end of the program on; the signal goes to the program itself.
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True).stdout.split()
        for pid in children or [self.process.pid]:
            os.kill(int(pid), signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def lines(trace):
    """The calls in the order in which they ended, each as one line; an interrupted one is put together again."""
    begun, sent = {}, set()
    for line in trace.read_text(errors="replace").splitlines():
        pid, _, rest = line.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            begun[pid] = rest.removesuffix("<unfinished ...>")
            # What was sent may have left from the moment the call began.
            if "HTTP/1.1 200" in rest:
                sent.add(pid)
                yield rest
        elif resumed := re.match(r"<\.\.\. \w+ resumed>(.*)", rest):
            begin = begun.pop(pid, "")
            if pid not in sent:
                yield begin + resumed.group(1)
            sent.discard(pid)
        else:
            yield rest


def durable_before_answer():
    server = Server("good")
    markers = [f"marker-{number}-{os.getpid()}" for number in range(CALLS)]
    for marker in markers:
        expect(f"{marker} was not taken", server.track(marker) == 200)
    server.stop()
    written, synced, answered = {}, {}, []
    for number, line in enumerate(lines(server.trace)):
        if line.startswith("pwrite64(") and "-wal>" in line:
            for marker in markers:
                if marker in line:
                    written.setdefault(marker, number)
        elif re.match(r"f(data)?sync\(\d+<[^>]*-wal>\s*\)\s+= 0", line):
            for marker in written:
                synced.setdefault(marker, number)
        elif "HTTP/1.1 200" in line:
            answered.append(number)
    expect(f"{len(answered)} answers in the trace instead of {CALLS}", len(answered) >= CALLS)
    for marker, answer in zip(markers, answered):
        expect(f"{marker} was never written to the write-ahead log", marker in written)
        expect(f"{marker} was answered before it was synced", synced.get(marker, 1 << 60) < answer)


def no_answer_without_disk():
    server = Server("broken", traced=False)
    fault = subprocess.Popen(
        ["strace", "-f", "-p", str(server.process.pid), "-o", os.devnull, "-e", "trace=fsync,fdatasync", "-e",
         "inject=fsync,fdatasync:error=EIO"], stderr=subprocess.PIPE, text=True)
    said = fault.stderr.readline()
    if "attached" not in said:
        print(f"skipped: the failing disk, for strace may not attach here ({said.strip()})")
        server.stop()
        return
    for number in range(2):
        try:
            status = server.track(f"lost-{number}")
        except (OSError, http.client.HTTPException):
            continue
        expect(f"an event was answered with {status} although the disk refused to sync", status >= 500)
    # What it has to say is said, and strace ends with whom it watches.
    server.process.kill()
    server.process.wait(60)
    fault.wait(60)
    server.log.close()


if not can_trace():
    print("skipped: strace is missing or may not trace here (apt-get install strace)")
    sys.exit(77)
(home / "rapport.yaml").write_text(
    "database: sqlite:rapport.db\nhttp: {host: 127.0.0.1, port: 0}\nhouse: {country: GB, currency: EUR}\n"
    "tracking:\n  shop: {write_key: wk_shop_12345}\n")
subprocess.run([binaries / "rapport", "migrate", "--config", home / "rapport.yaml"], check=True, capture_output=True, timeout=60)
try:
    durable_before_answer()
    no_answer_without_disk()
finally:
    if not failures:
        shutil.rmtree(home, ignore_errors=True)
for failure in failures:
    print("FAIL:", failure)
print(f"kept: {home}" if failures else "ok")
sys.exit(1 if failures else 0)
