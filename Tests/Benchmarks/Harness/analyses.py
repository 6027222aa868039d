"""Analyses of everybody: processor time and memory of the whole command, beside bare SQL over the same rows where there is such a thing."""
import os
import sqlite3
import subprocess
import tempfile
import time

MONTH = "occurred_at / 2629800000"
# What is asked, how, and the statement that would give the numbers behind it from columns that are kept.
QUESTIONS = [
    ("orders by month", ["explore", "order.placed", "--every", "month"],
     f"SELECT {MONTH}, COUNT(*) FROM timeline WHERE kind = {{order}} GROUP BY 1"),
    ("what orders came to by month", ["explore", "order.placed", "--sum", "total", "--every", "month"],
     f"SELECT {MONTH}, n2, SUM(n1) FROM timeline WHERE kind = {{order}} GROUP BY 1, 2"),
    ("different people by store and month", ["explore", "order.placed", "--people", "--by", "store", "--every", "month"],
     f"SELECT n4, {MONTH}, COUNT(DISTINCT person) FROM timeline WHERE kind = {{order}} GROUP BY 1, 2"),
    ("recency, frequency and money of everybody", ["rfm"],
     "SELECT person, MAX(occurred_at), COUNT(*), SUM(n1) FROM timeline WHERE kind = {order} GROUP BY person"),
    ("cohorts", ["cohorts"],
     f"SELECT MIN({MONTH}) OVER (PARTITION BY person), {MONTH}, person FROM timeline WHERE kind = {{order}}"),
    ("who buys again, and for how much (BG/NBD, gamma-gamma)", ["clv", "fit", "--dry-run"], None),
    ("a funnel of three steps", ["funnel", "page.viewed", "link.clicked", "order.placed"],
     "SELECT person, kind, occurred_at FROM timeline WHERE kind IN ({page}, {click}, {order}) ORDER BY 1, 3"),
    ("paths of three steps after an order", ["paths", "--after", "order.placed", "--depth", "3"],
     "SELECT person, kind, occurred_at FROM timeline ORDER BY person, occurred_at"),
    ("the journey of 90 days", ["journey"], None),
    ("the best time to write", ["next-best", "time"], None),
    ("series that stopped", ["gaps"], "SELECT kind, source, occurred_at / 86400000, COUNT(*) FROM events GROUP BY 1, 2, 3"),
    ("who uses it, and whose records are poor", ["adoption"],
     "SELECT profiles.source, COUNT(DISTINCT profiles.person) FROM profiles JOIN people ON people.id = profiles.person GROUP BY 1"),
    ("the health of the data", ["health"], None),
    ("who is lost month by month", ["churn"], None),
    ("how long until somebody buys again", ["rhythm"], None),
    ("what each relationship brought and cost", ["worth", "--dry-run"], None),
    ("which messages came before purchases", ["attribution"], None),
    ("what messages cost in goodwill", ["annoyance"], None),
    ("what the house wants to reach", ["objectives", "list"], None),
    ("the monthly report, with the health of the data", ["report", "show"], None),
]


def timed(command):
    """Processor time and time by the clock, in seconds, and the most memory, in MB: that includes what it mapped of the database."""
    started = time.time()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=errors)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            raise RuntimeError(f"{' '.join(map(str, command))[:200]}: {errors.read().decode()[-1000:]}")
    return used.ru_utime + used.ru_stime, time.time() - started, used.ru_maxrss // 1024


def measure(bench, world):
    folder = world.home
    db = sqlite3.connect(folder / "rapport.db")
    kinds = dict(db.execute("SELECT name, id FROM kinds"))
    db.close()
    words = {"order": kinds["order.placed"], "page": kinds["page.viewed"], "click": kinds["link.clicked"]}
    for name, command, query in QUESTIONS:
        bench.progress(name)
        processor, clock, memory = timed([bench.binaries / "rapport", *command, "--config", folder / "rapport.yaml"])
        measured = f"{processor:.1f} s of processor time, {clock:.1f} s by the clock, {memory} MB"
        if query is None:
            bench.note("analyses", name, measured, processor=processor, clock=clock, memory=memory)
            continue
        bare, _, _ = timed(["sqlite3", "-readonly", folder / "rapport.db", query.format(**words)])
        bench.note(
            "analyses", name, measured, f"the rows behind it by bare SQLite: {bare:.1f} s", processor / bare, processor=processor, clock=clock,
            memory=memory, bare=bare)
