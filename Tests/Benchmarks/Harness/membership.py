"""How long it takes from the 200 of a tracked event to the row in `membership`, with a hundred segments."""
import json
import time

from segments import live

COUNTRIES = ["GB", "FR", "DE", "ES", "IT", "PT"]


def segments():
    """A hundred, each of some thousands at a million people: thirty that time alone can change, seventy on fields, totals and each
    other. The one with `probe` is what the watched calls enter."""
    towns = [f'city in ("City {number}", "City {number + 100}", "City {number + 200}")' for number in range(100)]
    windowed = [f"count(order.placed, last {20 + 6 * number} days) >= {1 + number % 4} and {towns[number]}" for number in range(16)]
    windowed += [f'clicked(campaign: "campaign {number}", last {20 + number} days) and {towns[16 + number]}' for number in range(9)]
    windowed += [f"last(order.placed) older than {days} days and {towns[25 + index]}" for index, days in enumerate((60, 90, 120, 180, 365))]
    others = [f'country = "{COUNTRIES[number % 6]}" and {towns[30 + number]}' for number in range(20)]
    others += [f"count(order.placed) >= {number} and {towns[50 + number]}" for number in range(1, 15)]
    others += [f"sum(order.placed.total, EUR) > EUR {number * 50}.00 and {towns[65 + number]}" for number in range(1, 15)]
    others += [f'segment("m{number}") and language = "en"' for number in range(10)]
    others += ['ordered(store: "probe")', 'ordered(store: "store 7") and company = "Firm 7"']
    out = windowed + others
    return out + [f'company = "Firm {number}"' for number in range(100 - len(out))]


def measure(bench, world):
    folder = world.home
    server, address = bench.serve(folder, "--with-worker")
    expressions = segments()
    lines = [f"  m{number}: {json.dumps(text)}" for number, text in enumerate(expressions)]
    definitions = folder / "hundred"
    definitions.mkdir(exist_ok=True)
    (definitions / "segments.yaml").write_text("segments:\n" + "\n".join(lines) + "\n")
    bench.progress(f"{len(expressions)} segments become live")
    started = time.time()
    bench.rapport(folder, "apply", definitions)
    members = live(bench, folder, [f"m{number}" for number in range(len(expressions))])
    filled = time.time() - started
    bench.note("membership", f"{len(expressions)} segments at once ({sum(members.values()):,} memberships) until all are live", f"{filled:.0f} s", seconds=filled)
    listed = {one["name"]: one for one in bench.rapport_json(folder, "segments", "list")["segments"]}
    probe = next(number for number, text in enumerate(expressions) if "probe" in text)
    number = bench.run("sqlite3", folder / "rapport.db", f"SELECT id FROM segments WHERE name = 'm{probe}'").strip()
    assert f"m{probe}" in listed
    rate, seconds = bench.options.rate, bench.options.minutes * 60
    bench.progress(f"{rate:,} events a second for {seconds:.0f} s")
    found = bench.benchmark(
        "paced-tracking", address, "--rate", rate, "--seconds", seconds, "--known", bench.options.people, "--run", f"m{time.time()}", "--database",
        folder / "rapport.db", "--segment", number)
    bench.stop(server)
    p99 = found["memberships"]["p99"] / 1000
    kept = found["rate"] >= rate * 0.98 and not found["refused"] and not found["missing"]
    bench.note(
        "membership", f"from the 200 to the row visible to a new read, {found['rate']:,} events/s for {seconds / 60:g} min, {len(expressions)} segments, 30 windowed",
        f"p50 {found['memberships']['p50'] / 1000:.0f} ms, p99 {p99:.0f} ms, most {found['memberships']['most'] / 1000:.0f} ms ({found['memberships']['count']:,} seen); "
        f"/v1/track p99 {found['answers']['p99'] / 1000:.0f} ms",
        aim="p99 ≤ 150 ms at 1,000/s", met=kept and rate >= 1000 and p99 <= 150, **found)
