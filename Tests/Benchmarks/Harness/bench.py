"""What every part of scripts/bench shares: options, programs, processes, and the figures they come to."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
WRITE_KEY = "wk_bench_12345"


class Skipped(Exception):
    """A row cannot be measured here, and why."""


class Bench:
    """One run: where its programs and files are, and what it has found out."""

    def __init__(self, options, binaries, work):
        self.options = options
        self.binaries = binaries
        self.work = work
        self.started = time.time()
        # Of the machine before anything was begun: who shared it.
        self.load = os.getloadavg()[0]
        self.figures = []
        self.running = []

    # Telling

    def progress(self, text):
        print(f"  {time.time() - self.started:6.0f} s  {text}", file=sys.stderr, flush=True)

    def note(self, row, what, measured, baseline="–", ratio=None, aim="–", met=None, **values):
        """Adds a figure. `ratio` is as the aim reads; `met` whether the aim is reached, None where there is none."""
        self.figures.append(
            {"row": row, "what": what, "measured": measured, "baseline": baseline, "ratio": ratio, "aim": aim, "met": met, "values": values})
        line = f"{row}: {what}: {measured}"
        if baseline != "–":
            line += f"; baseline {baseline}"
        if ratio is not None:
            line += f"; ratio {ratio:.2f}"
        if aim != "–":
            line += f"; aim {aim}{'' if met is None else ' (met)' if met else ' (MISSED)'}"
        print(line, flush=True)

    # Programs

    def run(self, *command, check=True, **more):
        more.setdefault("timeout", 1200)
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True, **more)
        if check and result.returncode:
            raise RuntimeError(f"{' '.join(map(str, command))[:300]}: {result.stderr[-2000:] or result.stdout[-2000:]}")
        return result.stdout

    def benchmark(self, *arguments, check=True, **more):
        """A subcommand of the Swift program under Tests/Benchmarks: the JSON object on its last line."""
        out = self.run(self.binaries / "Benchmarks", *arguments, check=check, **more)
        return json.loads(out.strip().splitlines()[-1])

    def rapport(self, home, *arguments, check=True):
        return self.run(self.binaries / "rapport", *arguments, "--config", home / "rapport.yaml", check=check)

    def rapport_json(self, home, *arguments):
        return json.loads(self.rapport(home, *arguments, "--json"))

    def start(self, *command, **more):
        process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True, **more)
        self.running.append(process)
        return process

    def serve(self, home, *flags):
        """A server of its own on a free port: the process and its address."""
        log = open(home / "server.log", "a")
        process = self.start(self.binaries / "rapport-server", *flags, "--config", home / "rapport.yaml", stderr=log)
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: {(home / 'server.log').read_text()[-1000:]}")
        return process, line.split()[-1].split("/?")[0]

    def token(self, home):
        return (home / "rapport.token").read_text().strip()

    def stop(self, process, seconds=60):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self.running:
            self.running.remove(process)

    def stop_all(self):
        for process in list(self.running):
            self.stop(process, seconds=10)

    def wrk(self, url, *arguments, script=None, connections=64, seconds=None, threads=2, headers=()):
        """Requests a second, latencies in milliseconds by percentile, and how many answers were no 2xx."""
        command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds or self.options.seconds}s", "--latency"]
        for header in headers:
            command += ["-H", header]
        if script:
            command += ["-s", str(script)]
        text = self.run(*command, url, *(["--", *arguments] if arguments else []))
        found = {"p": {}, "bad": 0, "rate": 0.0}
        for line in text.splitlines():
            words = line.split()
            if line.startswith("Requests/sec"):
                found["rate"] = float(words[1])
            elif len(words) == 2 and words[0].endswith("%") and words[0][:2].isdigit():
                found["p"][words[0].rstrip("%")] = milliseconds(words[1])
            elif "Non-2xx" in line:
                found["bad"] = int(words[-1])
            elif line.strip().startswith("Socket errors"):
                found["bad"] += sum(int(word.rstrip(",")) for word in words if word.rstrip(",").isdigit())
        return found


def milliseconds(text):
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60000.0)):
        if text.endswith(unit) and text[: -len(unit)].replace(".", "", 1).isdigit():
            return float(text[: -len(unit)]) * factor
    return float("nan")


def memory(pid, name="Pss"):
    """PSS of a process, in MB."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


class Peak(threading.Thread):
    """Watches the most resident memory that a process has had, in MB."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.most = process, 0.0
        self.start()

    def run(self):
        while self.process.poll() is None:
            try:
                for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                    if line.startswith("VmHWM"):
                        self.most = max(self.most, int(line.split()[1]) / 1024)
            except OSError:
                return
            time.sleep(0.1)


def size_on_disk(path):
    return sum(os.path.getsize(f"{path}{suffix}") for suffix in ("", "-wal") if os.path.exists(f"{path}{suffix}"))
