"""Opens the pages that people reach from a message: public.py --bin FOLDER [--shots FOLDER]. Exits 0 and prints "ok".

Tells the demo, serves its database, and follows the links of a real mail: looking changes nothing, whoever looks and however often; a
form saves what it says; one POST ends a topic on a channel (RFC 8058); links of others and of nobody are refused; what may have changed is
asked about, one question a visit, and an answer is taken.
"""
import argparse
import email
import email.policy
import http.client
import json
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
parser.add_argument("--shots", help="keep pictures of the pages here (needs chromium)")
options = parser.parse_args()
binaries = pathlib.Path(options.bin)
home = pathlib.Path(tempfile.mkdtemp(prefix="rapport-public-"))
failures = []


def expect(what, condition, more=""):
    if not condition:
        failures.append(f"{what} {more}")


subprocess.run([binaries / "rapport", "demo", "--json", "--home", home], check=True, capture_output=True, timeout=300)
config = home / "rapport.yaml"
config.write_text(config.read_text().replace("port: 8080", "port: 0"))
server = subprocess.Popen([binaries / "rapport-server", "--with-worker", "--config", config], stdout=subprocess.PIPE, stderr=open(home / "log.txt", "w"), text=True)
try:
    url = urllib.parse.urlsplit(server.stdout.readline().split()[-1])

    def call(method, path, body=None):
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        headers = {"content-type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection.request(method, path, urllib.parse.urlencode(body) if isinstance(body, dict) else body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def events():
        return int(re.search(r"^rapport_events_total (\d+)", call("GET", "/metrics")[1], re.M).group(1))

    def why(person):
        done = subprocess.run([binaries / "rapport", "why", person, "--json", "--config", config], capture_output=True, text=True, timeout=60)
        return json.loads(done.stdout)["decisions"]

    # Mails to somebody who got exactly one, so that nothing else is going on.
    mails = {}
    for path in sorted((home / "outbox").glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        text = mail.get_body(("plain",)).get_content()
        links = dict(re.findall(r"(/[up])/([A-Za-z0-9_-]+)", text))
        if "/u" in links and "/p" in links:
            mails[str(mail["to"])] = ("/u/" + links["/u"], "/p/" + links["/p"])
    (first, (stop, choices)), (second, (other_stop, other_choices)) = list(mails.items())[:2]
    deadline = time.time() + 20
    while time.time() < deadline and "rapport_events_behind 0" not in call("GET", "/metrics")[1]:
        time.sleep(0.1)

    before = events()
    for path in (stop, choices):
        for method in ("GET", "GET", "HEAD"):
            status, page = call(method, path)
            expect(f"{method} {path[:12]}…", status in (200, 404 if method == "HEAD" else 200), status)
    expect("looking changed something", events() == before, f"{events()} events instead of {before}")
    for path in (stop, choices, "/u/nobody", "/c/nobody"):
        page = call("GET", path)[1]
        expect("the page carries the brand and its address", "The Corner Grocer, 1 High Street" in page, page)
        expect("the page names the house's tool", "Rapport" not in page, page)
    status, page = call("GET", choices)
    shown = re.search(r'name="shown" value="([^"]*)"', page).group(1)
    cells = shown.split()
    ticked = [cell for cell in cells if re.search(rf'name="{re.escape(cell)}"[^>]* checked', page)]
    expect("the page of choices shows topics by channel", len(cells) >= 2, shown)
    expect("what the person may get is ticked", len(ticked) >= 1, page)

    status, same = call("POST", choices, "")
    expect("a POST without the form's fields changed something", status == 200 and events() == before)
    status, forged = call("POST", choices[:-2] + "AA", {"shown": shown})
    expect("a forged link was taken", status == 404 and events() == before, status)

    form = {"shown": shown, "quiet_from": "21:00", "quiet_until": "08:00"}
    status, saved = call("POST", choices, form)
    expect("saving answers with the page", status == 200 and 'role="status"' in saved, status)
    expect("nothing is ticked after unticking all", " checked" not in saved, saved)
    expect("each change is an event", events() >= before + len(ticked) + 1, events())
    status, page = call("GET", choices)
    expect("the page shows what was saved", " checked" not in page and '<option value="21:00" selected' in page, page)
    form.update({cells[0]: "1"})
    status, page = call("POST", choices, form)
    expect("what is ticked is ticked", page.count(" checked") == 1, page)

    middle = events()
    status, text = call("POST", other_stop, "List-Unsubscribe=One-Click")
    expect("one click is taken", status == 200, text)
    expect("one click is one event", events() > middle)
    once = events()
    call("POST", other_stop, "List-Unsubscribe=One-Click")
    expect("one click twice is one opt-out", events() == once)
    status, page = call("GET", other_stop)
    expect("the page offers the rest and everything", 'value="everything"' in page and "/p/" in page, page)
    status, page = call("POST", other_choices, {"everything": "1"})
    expect("everything has ended", status == 200 and 'name="everything"' not in page, page)
    expect("why still answers", len(why(second)) >= 1)

    # Numbers of years ago: whether they still hold is asked, and nothing else.
    asked = []
    for address, (_, path) in list(mails.items())[2:]:
        page = call("GET", path)[1]
        if 'class="question"' in page:
            asked.append((address, path, page))
        if len(asked) == 3:
            break
    expect("somebody is asked whether something still holds", len(asked) == 3, f"{len(asked)} of {len(mails)}")
    for (address, path, page), answer in zip(asked, ({"answer": "holds"}, {"answer": "changed", "value": "+44 1632 960777"})):
        question = re.search(r'<h2 id="question">([^<]*)</h2>', page).group(1)
        subject = re.search(r'name="question" value="([^"]*)"', page).group(1)
        expect("one question", page.count('id="question"') == 1 and question.endswith("?"), question)
        expect("whoever presses Enter in the field changes it", re.search(r'name="value"[^>]*>.*?<button[^>]*value="changed"', page, re.S)
               and not re.search(r'value="holds"[^<]*</button></p><p class="fields">', page), page)
        middle = events()
        again = call("POST", path, {"question": subject, "answer": "changed", "value": " "})[1]
        expect("nothing said is no answer", 'class="question"' in again and events() == middle, again)
        thanks = call("POST", path, {"question": subject} | answer)[1]
        expect("an answer is thanked for, and nothing more is asked", 'role="status"' in thanks and 'class="question"' not in thanks, thanks)
        expect("an answer is an event", events() > middle, events())
        expect("the next look asks nothing", 'class="question"' not in call("GET", path)[1])
        if answer["answer"] == "changed" and subject == "phone":
            found = subprocess.run([binaries / "rapport", "people", "show", address, "--json", "--config", config], capture_output=True, text=True, timeout=60)
            expect("the new number is known", "+441632960777" in found.stdout, found.stdout + found.stderr)

    if options.shots:
        shots = pathlib.Path(options.shots)
        shots.mkdir(parents=True, exist_ok=True)
        for name, path in {"choices": choices, "question": asked[2][1], "stop": list(mails.values())[2][0], "stopped": other_stop, "ended": other_choices}.items():
            for kind, size in {"": "900,900", "-phone": "390,900"}.items():
                subprocess.run(
                    ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={size}",
                     f"--screenshot={shots / (name + kind)}.png", f"http://{url.hostname}:{url.port}{path}"], capture_output=True, timeout=90)
finally:
    server.send_signal(signal.SIGTERM)
    code = server.wait(40)
expect("an orderly end", code == 0, code)
for failure in failures:
    print("FAIL:", failure[:2000])
if failures:
    print(f"kept: {home}")
else:
    shutil.rmtree(home, ignore_errors=True)
    print("ok")
sys.exit(1 if failures else 0)
