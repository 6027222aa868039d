"""The two databases as the scripts that judge from outside use them: a file, and a throw-away PostgreSQL."""
import os
import pwd
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time


class SQLite:
    def __init__(self, folder, environment=None):
        self.path = os.path.join(folder, "rapport.db")
        self.url = "sqlite:" + self.path

    @classmethod
    def at(cls, path):
        """A file of another name."""
        one = cls(os.path.dirname(path))
        one.path = path
        return one

    def query(self, sql):
        db = self.open()
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def open(self):
        """To read only. Where no program has the file open yet, or any more, there is no index of its log to read by."""
        end = time.monotonic() + 20
        while True:
            try:
                db = sqlite3.connect("file:%s?mode=ro" % self.path, uri=True, timeout=10)
                db.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
                return db
            except sqlite3.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def dump(self):
        """Everything that the tables say, as text."""
        db = self.open()
        try:
            lines = []
            for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
                for row in db.execute(f'SELECT * FROM "{table}"'):
                    values = [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in row]
                    lines.append(f"{table}: {values}")
            return "\n".join(lines)
        finally:
            db.close()

    def stop(self):
        pass


class Postgres:
    """A throw-away server, as the user postgres where this runs as root.

    With an `environment` the server lives in it, which is how it gets another clock.
    """

    connections = 100
    BIN = sorted(d for d in ["/usr/lib/postgresql/%d/bin" % v for v in range(15, 20)] if os.path.isdir(d))

    def __init__(self, folder, environment=None):
        self.environment = environment
        if not self.BIN:
            sys.exit("PostgreSQL is not installed (apt-get install postgresql)")
        self.folder = os.path.join(folder, "pg")
        os.mkdir(self.folder)
        self.user = {}
        self.name = pwd.getpwuid(os.getuid()).pw_name
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            os.chmod(folder, 0o755)
            self.user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            self.name = "postgres"
        self.data = os.path.join(self.folder, "data")
        self.call("initdb", "-D", self.data, "--auth=trust", "-U", self.name, "-E", "UTF8", "--locale=C", "-N")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = "postgres://%s@127.0.0.1:%d/rapport" % (self.name, self.port)
        self.start()
        self.answers(20, "CREATE DATABASE rapport TEMPLATE template0 ENCODING 'UTF8'", "postgres")

    def answers(self, seconds, sql="SELECT 1", database="rapport"):
        """Waits until the server does what it is asked."""
        end = time.monotonic() + seconds
        while True:
            made = subprocess.run(
                [self.BIN[-1] + "/psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.name, "-d", database, "-c", sql],
                capture_output=True)
            if made.returncode == 0:
                return
            if self.server.poll() is not None:
                self.start()  # it found something of the one before in its way
            if time.monotonic() > end:
                sys.exit("PostgreSQL does not answer: " + made.stderr.decode())
            time.sleep(0.1)

    def start(self):
        self.server = subprocess.Popen(
            [self.BIN[-1] + "/postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1",
             "-c", "fsync=off", "-c", f"max_connections={self.connections}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder, env=self.environment, **self.user)

    def call(self, program, *arguments):
        subprocess.run([self.BIN[-1] + "/" + program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=self.folder,
                       **self.user)

    def query(self, sql):
        out = subprocess.run(
            [self.BIN[-1] + "/psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.name, "-d", "rapport", "-AtqX", "-F",
             "\t", "-c", sql], capture_output=True, text=True, check=True).stdout
        return [tuple(int(v) if re.fullmatch(r"-?\d+", v) else v for v in line.split("\t")) for line in out.splitlines()]

    def dump(self):
        """Everything that the tables say, as text."""
        out = subprocess.run(
            [self.BIN[-1] + "/pg_dump", "-h", "127.0.0.1", "-p", str(self.port), "-U", self.name, "--data-only", "rapport"],
            capture_output=True, text=True, check=True).stdout
        return re.sub(
            r"\\\\x((?:[0-9a-f]{2})+)", lambda found: bytes.fromhex(found.group(1)).decode("utf-8", "replace"), out)

    def stop(self):
        self.server.send_signal(signal.SIGINT)
        self.server.wait(30)
