"""docs/benchmarks.md: the table between two markers."""
import os
import pathlib
import re
import time

BEGIN, END = "<!-- scripts/bench writes from here -->", "<!-- to here -->"
HEAD = "| row | what | measured | baseline in the same run | ratio | aim | |\n|---|---|---|---|---|---|---|\n"


def machine():
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = next(
        (line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    return {"cores": cores, "memory_gb": round(memory), "processor": processor}


def report(bench):
    options = bench.options
    return {
        "date": time.strftime("%Y-%m-%d"), "machine": machine(), "load": bench.load, "people": options.people, "events": options.events, "figures": bench.figures}


def line(figure):
    ratio = "–" if figure["ratio"] is None else f"{figure['ratio']:.2f}"
    verdict = {True: "met", False: "**missed**", None: ""}[figure["met"]]
    return f"| {figure['row']} | {figure['what']} | {figure['measured']} | {figure['baseline']} | {ratio} | {figure['aim']} | {verdict} |"


def write(path, bench, order):
    """Puts the rows that were measured in their places; those that were not keep what they say, with their dates."""
    text = path.read_text()
    before, rest = text.split(BEGIN, 1)
    old, after = rest.split(END, 1)
    told, lines = {}, {}
    for row in order:
        lines[row] = [one for one in old.splitlines() if one.startswith(f"| {row} |")]
        found = re.search(rf"^- {row}: .*$", old, re.M)
        told[row] = found.group(0) if found else None
    of_machine, options = machine(), bench.options
    for row in order:
        mine = [line(figure) for figure in bench.figures if figure["row"] == row]
        if mine:
            lines[row] = mine
            told[row] = (
                f"- {row}: {time.strftime('%Y-%m-%d')}, {options.people:,} people, {options.events:,} events, {of_machine['cores']} cores "
                f"({of_machine['processor']}), {of_machine['memory_gb']} GB, load average {bench.load:.1f}")
    body = HEAD + "\n".join(one for row in order for one in lines[row]) + "\n\nMeasured:\n\n" + "\n".join(one for one in told.values() if one)
    path.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}")
