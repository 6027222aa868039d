"""A PostgreSQL of one's own, thrown away afterwards."""
import glob
import os
import pathlib
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time

from bench import Skipped


class Postgres:
    def __init__(self, bench):
        self.bench = bench
        folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not folders:
            raise Skipped("postgresql is not installed (apt install postgresql)")
        self.programs = pathlib.Path(folders[-1])

    def __enter__(self):
        # The server refuses to run as root, and its user must be able to reach the folder.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rapport-bench-pg-"))
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"postgres://{self.user}@127.0.0.1:{self.port}/postgres"
        self.own("initdb", "-A", "trust", "-E", "UTF8", "--no-locale", "-D", self.folder / "data")
        options = f"-p {self.port} -k {self.folder} -h 127.0.0.1 -c max_wal_size=8GB -c shared_buffers=512MB"
        self.own("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-o", options, "start")
        return self

    def __exit__(self, *_):
        self.own("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def own(self, program, *arguments, check=True):
        command = [str(self.programs / program), *map(str, arguments)]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")
        if check and result.returncode:
            raise RuntimeError(f"{program}: {result.stderr[-1000:]}")

    def sql(self, *statements):
        arguments = [part for statement in statements for part in ("-c", statement)]
        return self.bench.run("psql", self.url, "-v", "ON_ERROR_STOP=1", "-qAt", *arguments)

    def fill(self, path, tables):
        """Copies tables from an SQLite file; indexes that are no keys are made again afterwards, as a bulk load does."""
        indexes = self.sql(
            "SELECT indexdef || '~' || indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)").strip().splitlines()
        indexes = [index for index in indexes if any(f" ON public.{table} " in index for table in tables)]
        if indexes:
            self.sql(*[f"DROP INDEX {index.split('~')[1]}" for index in indexes])
        db = sqlite3.connect(path)
        for table in tables:
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            self.sql(f"TRUNCATE {table}")
            names = ", ".join(columns)
            source = subprocess.Popen(["sqlite3", "-csv", str(path), f"SELECT {names} FROM {table}"], stdout=subprocess.PIPE)
            target = subprocess.run(
                ["psql", self.url, "-v", "ON_ERROR_STOP=1", "-q", "-c", f"COPY {table} ({names}) FROM STDIN (FORMAT csv)"],
                stdin=source.stdout, capture_output=True, text=True)
            source.stdout.close()
            if source.wait() or target.returncode:
                raise RuntimeError(f"copying {table}: {target.stderr[-1000:]}")
        db.close()
        if indexes:
            self.sql(*[index.split("~")[0] for index in indexes])
        self.sql("VACUUM ANALYZE")
