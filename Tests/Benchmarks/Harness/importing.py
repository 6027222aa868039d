"""Importing: into an empty database, and beside a running server."""
import fcntl
import mmap
import os
import shutil
import struct
import threading
import time

from bench import memory
from world import home, import_people

SEGMENTS = [f'country = "GB" and starts_with(city, "City {number}")' for number in range(1, 11)] + [
    f'language = "en" and company = "Firm {number}"' for number in range(1, 6)] + [
    f'starts_with(first_name, "{letter}") and has(identifier email)' for letter in "abcde"]


def bare(bench, table):
    """`sqlite3 .import` of the same file into a table with one unique index: seconds."""
    path = bench.work / "bare.db"
    started = time.time()
    bench.run(
        "sqlite3", path, "PRAGMA journal_mode=WAL",
        "CREATE TABLE people (id TEXT, first_name TEXT, last_name TEXT, email TEXT, phone TEXT, city TEXT, country TEXT, birthday TEXT, language TEXT, company TEXT)",
        "CREATE UNIQUE INDEX people_id ON people (id)", ".mode csv", f".import --skip 1 {table} people")
    seconds = time.time() - started
    for suffix in ("", "-wal", "-shm"):
        (bench.work / f"bare.db{suffix}").unlink(missing_ok=True)
    return seconds


class WriterWatch(threading.Thread):
    """The longest write transaction on an SQLite file, seen from another process: who holds the writer's lock (byte 120 of the
    shared-memory file, https://sqlite.org/walformat.html#locks) and the number of the last commit (bytes 8 to 11) are looked at
    several times a millisecond. From the last look at which it had not begun to the first at which it was over: an upper bound."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.path, self.lengths, self.looks, self.stopping = f"{path}-shm", [], [], False
        self.start()

    def run(self):
        descriptor = os.open(self.path, os.O_RDONLY)
        shared = mmap.mmap(descriptor, 136, prot=mmap.PROT_READ)
        question = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 120, 1, 0)
        before, began, last = None, None, time.perf_counter()
        while not self.stopping:
            kind, _, _, _, holder = struct.unpack("hhqqi4x", fcntl.fcntl(descriptor, fcntl.F_GETLK, question))
            state = None if kind == fcntl.F_UNLCK else (holder, shared[8:12])
            now = time.perf_counter()
            self.looks.append(now - last)
            if state != before:
                if before is not None:
                    self.lengths.append(now - began)
                before, began = state, last
            last = now
            time.sleep(0.0002)
        shared.close()
        os.close(descriptor)

    def stop(self):
        self.stopping = True
        self.join()
        lengths, looks = sorted(self.lengths) or [0.0], sorted(self.looks) or [0.0]
        return {
            "longest": lengths[-1] * 1000, "p99": lengths[int(len(lengths) * 0.99)] * 1000, "transactions": len(lengths),
            "longest_look": looks[-1] * 1000}


def measure(bench, world):
    people = bench.options.people
    table = world.table
    bench.progress("sqlite3 .import of the same file")
    baseline = bare(bench, table)
    baseline = min(baseline, bare(bench, table))
    told = f"sqlite3 .import into a bare table with one unique index: {baseline:.1f} s"
    first = world.load_people()
    ratio = first["seconds"] / baseline
    bench.note(
        "import", f"{people:,} people (10 columns, three identifiers, identity, provenance, search words) into an empty database, stepped to the end",
        f"{first['seconds']:.1f} s", told, ratio, "≤ 10×", ratio <= 10, seconds=first["seconds"], baseline_seconds=baseline)
    bench.note("import", "the most memory of it", f"{first['memory']:.0f} MB", aim="≤ 200 MB", met=first["memory"] <= 200, megabytes=first["memory"])
    beside(bench, table, baseline, told)


def beside(bench, table, baseline, told):
    people = bench.options.people
    folder = home(bench, "beside")
    bench.progress("20 live segments")
    for number, expression in enumerate(SEGMENTS):
        bench.rapport(folder, "segments", "apply", f"s{number}", expression)
    server, _ = bench.serve(folder, "--with-worker")
    bench.progress(f"importing {people:,} people beside a running server with {len(SEGMENTS)} segments")
    probe = WriterWatch(folder / "rapport.db")
    seconds, most, out = import_people(bench, folder, table)
    last = f"u{people - 1}"
    started = time.time()
    while True:
        # Search, counts and segments include the last row.
        found = bench.rapport(folder, "people", "search", last, check=False)
        counted = sum(segment["members"] for segment in bench.rapport_json(folder, "segments", "list")["segments"])
        if last in found or f".{people - 1}@" in found:
            break
        if time.time() - started > 600:
            raise RuntimeError("the last row never came to the search")
    seconds += time.time() - started
    locks = probe.stop()
    server_memory = memory(server.pid)
    bench.stop(server)
    ratio = seconds / baseline
    bench.note(
        "import", f"{people:,} people beside a running server, until search, counts and {len(SEGMENTS)} live segments ({counted:,} members) include the last row",
        f"{seconds:.1f} s", told, ratio, "≤ 20×", ratio <= 20, seconds=seconds)
    bench.note(
        "import", f"the longest of {locks['transactions']:,} write transactions meanwhile, of all processes, as another one sees it (an upper bound: it looked every "
        f"{locks['longest_look']:.0f} ms at the least)",
        f"{locks['longest']:.0f} ms, p99 {locks['p99']:.0f} ms", aim="≤ 100 ms", met=locks["longest"] <= 100, **locks)
    bench.note(
        "import", "the most memory of that import; its server's PSS at the end", f"{most:.0f} MB; {server_memory:.0f} MB", aim="≤ 200 MB",
        met=max(most, server_memory) <= 200, megabytes=most, server_megabytes=server_memory)
    shutil.rmtree(folder)
