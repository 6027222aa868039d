"""Decisions and mail: a campaign to people with a permission each, some of whom may not be written to."""
import os
import shutil
import socket
import sqlite3
import subprocess
import time

from bench import ROOT, Skipped
from world import home, import_people, people_file

CONFIGURATION = """brands:
  grocer:
    title: The Corner Grocer
    from: hello@grocer.example
    postal_address: The Corner Grocer Ltd, 1 High Street, Little Snoring
channels:
  mail:
    plugin: channel.email
    host: 127.0.0.1
    port: {port}
    tls: none
    return_path_domain: bounce.grocer.example
{dkim}"""
POLICY = """topics:
  offers: {class: marketing, title: Offers, description: What is cheaper.}
standings:
  complaint.open: {raised_by: [complaint.opened], cleared_by: [complaint.closed], reference: ticket}
guards:
  house:
    zone: UTC
    caps:
      - { per: channel, only: email, limit: 30, window: 7d }
      - { per: all, limit: 40, window: 7d }
    standings:
      - { fact: complaint.open, classes: [marketing] }
    one_per_household: true
permission:
  default:
    source: the house asks for consent
    note: Not legal advice.
    rules:
      - { class: marketing, bases: [consent] }
segments:
  everybody: has(identifier email)
"""


def shop(bench, name, people, port=25, dkim=""):
    """A house with `people`, who gave their consent, but for one in ten."""
    folder = home(bench, name, CONFIGURATION.format(port=port, dkim=dkim))
    (folder / "definitions" / "policy.yaml").write_text(POLICY)
    shutil.copy(ROOT / "config" / "templates" / "spring.yaml", folder / "definitions" / "spring.yaml")
    table = bench.work / f"{name}.csv"
    people_file(table, people)
    mapping = (folder / "map.yaml").read_text()
    mapping += (
        "  - as: permissions\n    key: { concat: [id, consent], with: \"/\" }\n    when: { not: { column: country, is: PT } }\n    at: { constant: \"2026-01-05\" }\n"
        "    identifiers: {external.track_bench: id, email: email}\n    status: confirmed\n    brand: grocer\n    channel: email\n"
        "    where: sign-up form\n    wording: { constant: \"Yes, write to me about offers.\" }\n")
    (folder / "map.yaml").write_text(mapping)
    bench.rapport(folder, "apply", folder / "definitions")
    import_people(bench, folder, table)
    table.unlink()
    return folder


def campaign(bench, folder, name):
    bench.rapport(
        folder, "campaigns", "draft", name, "--segment", "everybody", "--template", "spring", "--topic", "offers", "--brand", "grocer", "--channel", "mail",
        "--approve-over", "1000000000")
    bench.rapport(folder, "campaigns", "approve", name)
    bench.rapport(folder, "campaigns", "send", name)


def bytes_of(path, tables):
    """Pages of tables with their indexes, in bytes."""
    db = sqlite3.connect(path)
    names = [row[0] for row in db.execute(f"SELECT name FROM sqlite_schema WHERE tbl_name IN ({', '.join('?' for _ in tables)})", tables)]
    total = sum(db.execute("SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE name = ? AND aggregate = TRUE", (name,)).fetchone()[0] for name in names)
    db.close()
    return total


def measure_decisions(bench, world):
    bench.progress("the pure function")
    pure = bench.benchmark("pure-decisions")
    bench.note(
        "decisions", f"the pure function with the bytes of its receipt ({pure['receipt_bytes']} on average), one core", f"{pure['per_second']:,}/s", aim="≥ 50,000/s",
        met=pure["per_second"] >= 50_000, **pure)
    people = bench.options.recipients
    bench.progress(f"a house with {people:,} people")
    folder = shop(bench, "decisions", people)
    path = folder / "rapport.db"
    sent_tables, drop_tables = ["messages", "receipts"], ["drops"]
    campaign(bench, folder, "spring")
    bench.progress("deciding on each of them")
    found = bench.benchmark("campaign-decisions", "--config", folder / "rapport.yaml")
    # The tables were empty: all their pages count.
    pages = bytes_of(path, sent_tables), bytes_of(path, drop_tables)
    db = sqlite3.connect(path)
    sends, drops = (db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("messages", "drops"))
    db.close()
    bench.note(
        "decisions", f"through the database, committed: inputs read, {sends:,} messages queued and {drops:,} dropped with receipts", f"{found['per_second']:,}/s", aim="≥ 5,000/s",
        met=found["per_second"] >= 5_000, **found)
    each = pages[0] / max(1, sends), pages[1] / max(1, drops)
    bench.note("decisions", "on disk for a message with its receipt, all indexes counted", f"{each[0]:.0f} bytes", aim="≤ 400 bytes", met=each[0] <= 400, bytes=each[0])
    bench.note("decisions", "on disk for a drop by rule", f"{each[1]:.0f} bytes", aim="≤ 40 bytes", met=each[1] <= 40, bytes=each[1])
    shutil.rmtree(folder)


class Sink:
    """postfix's smtp-sink on a free port."""

    def __init__(self, bench):
        self.bench = bench
        self.program = next((path for path in ("/usr/sbin/smtp-sink", "/usr/lib/postfix/sbin/smtp-sink") if os.path.exists(path)), shutil.which("smtp-sink"))
        if not self.program:
            raise Skipped("postfix's smtp-sink is not installed (apt install postfix)")

    def __enter__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.process = self.bench.start(self.program, *user, f"127.0.0.1:{self.port}", "200", stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise Skipped("smtp-sink does not answer")

    def __exit__(self, *_):
        self.bench.stop(self.process)


def deliver(bench, folder):
    """Queues everybody, then lets a worker send: messages a second from the first to the last recorded outcome."""
    campaign(bench, folder, "spring")
    bench.benchmark("campaign-decisions", "--config", folder / "rapport.yaml")
    db = sqlite3.connect(folder / "rapport.db", timeout=10)
    total = db.execute("SELECT COUNT(*) FROM messages").fetchone()[0]

    def sent():
        return db.execute("SELECT COALESCE(SUM(count), 0) FROM act_counts WHERE outcome = 'sent'").fetchone()[0]

    worker = bench.start(bench.binaries / "rapport-worker", "--config", folder / "rapport.yaml", stderr=subprocess.DEVNULL)
    try:
        while (first := sent()) == 0:
            time.sleep(0.005)
        started = time.time()
        deadline = started + 240
        while (last := sent()) < total and time.time() < deadline:
            time.sleep(0.02)
        return (last - first) / (time.time() - started), last, total
    finally:
        db.close()
        bench.stop(worker)


def measure_mail(bench, world):
    with Sink(bench) as sink:
        bench.progress("the bare loop")
        bare = bench.benchmark("bare-mail", "--port", sink.port, "--count", 10_000)["per_second"]
        keys = {"no DKIM": ""}
        for name, arguments in (("DKIM Ed25519", ["-algorithm", "ed25519"]), ("DKIM RSA 2048", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])):
            path = bench.work / f"{name.split()[1]}.pem"
            bench.run("openssl", "genpkey", *arguments, "-out", path)
            keys[name] = f"    dkim_domain: grocer.example\n    dkim_selector: bench\n    dkim_key: {{file: {path}}}\n"
        rates = {}
        for name, dkim in keys.items():
            bench.progress(f"{bench.options.recipients // 2:,} people get a mail each, {name}")
            folder = shop(bench, "mail", bench.options.recipients // 2, sink.port, dkim)
            rates[name], sent, total = deliver(bench, folder)
            complete = sent == total
            ratio = rates[name] / bare
            costs = "" if name == "no DKIM" else f"; signing costs {1e6 / rates[name] - 1e6 / rates['no DKIM']:.0f} µs a mail"
            bench.note(
                "mail", f"queued rows to recorded outcomes at smtp-sink, rendering included, {name} ({sent:,} of {total:,} sent)", f"{rates[name]:,.0f}/s{costs}",
                f"bare libcurl loop: {bare:,}/s", ratio, "≥ 0.25×", complete and ratio >= 0.25, per_second=rates[name], bare=bare)
            shutil.rmtree(folder)
