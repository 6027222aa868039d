"""Stands between Rapport and an external plugin and breaks one thing, once or always: what a host must survive.

usage: fault_proxy.py plugin|tap FAULT COUNT-FILE TIMES AFTER COMMAND…
The fault happens at an answer to `send` or `read`, or at a line of a Singer tap, when AFTER of them have come through, and
while the file counts fewer than TIMES faults.
"""
import json
import os
import subprocess
import sys
import threading
import time

speech, fault, counter, times, after, command = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5]), sys.argv[6:]
out, secrets, watched, passed = sys.stdout.buffer, [], set(), 0


def due():
    count = int(open(counter).read() or 0) if os.path.exists(counter) else 0
    if count >= times:
        return False
    with open(counter, "w") as file:
        file.write(str(count + 1))
    return True


def say(data):
    out.write(data)
    out.flush()


def leave(code):
    child.kill()
    os._exit(code)


def complain():
    sys.stderr.write("signing in with " + " and ".join(secrets) + "\n")
    sys.stderr.flush()


def refuse(line):
    if speech == "tap":
        complain()
        leave(1)
    message = json.loads(line)
    say(json.dumps({"type": "problem", "re": message["re"], "reason": "not today " + "".join(secrets)}).encode() + b"\n")
    # What the plugin itself goes on saying answers nothing any more.
    child.kill()
    time.sleep(600)


def happen(line):
    """The fault, instead of a line or beside it."""
    if fault == "crash":
        leave(3)
    elif fault == "hang":
        # A grandchild that would outlive its parent: the whole group must go.
        grandchild = subprocess.Popen(["sleep", "600"])
        with open(counter + ".pid", "w") as file:
            file.write(str(grandchild.pid))
        time.sleep(600)
    elif fault == "garbage":
        say(b"Segmentation fault (core dumped)\n")
    elif fault == "binary":
        say(b"\xff\xfe\x00garbage\n")
    elif fault == "half-line":
        say(line[: len(line) // 2])
        leave(0)
    elif fault == "long-line":
        say(b'{"type":"result","reason":"' + b"x" * 11_000_000 + b'"}\n')
    elif fault == "wrong-number":
        say(json.dumps({**json.loads(line), "re": 999_999}).encode() + b"\n")
    elif fault == "close-output":
        os.close(1)
        time.sleep(600)
    elif fault == "refusal":
        refuse(line)
    elif fault == "secret":
        complain()
        say(line)
    elif fault == "split":
        # Legal: a line may come byte by byte.
        for byte in line[:200]:
            say(bytes([byte]))
        say(line[200:])


def counts(line):
    """Whether the line is one of those that the fault may happen at."""
    if speech == "tap":
        return True
    return json.loads(line).get("re") in watched


if speech == "tap":
    if "--discover" in command:
        os.execvp(command[0], command)
    config = json.load(open(command[command.index("--config") + 1]))
    secrets.extend(value for name, value in config.items() if name in ("api_key", "password", "token"))
if fault == "slow-start" and due():
    time.sleep(1)
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def listen():
    """The host's side."""
    for line in sys.stdin.buffer:
        request = json.loads(line)
        if request["type"] == "init":
            secrets.extend(v for k, v in request["settings"].items() if k in ("secret", "token"))
        if request["type"] in ("send", "read"):
            watched.add(request["id"])
        child.stdin.write(line)
        child.stdin.flush()
    child.stdin.close()


if speech == "plugin":
    threading.Thread(target=listen, daemon=True).start()
for line in child.stdout:
    if not counts(line):
        say(line)
    elif passed >= after and fault != "slow-start" and due():
        happen(line)
    else:
        passed += 1
        say(line)
# A tap's end is its exit code; a plugin ends when it is told to.
sys.exit(child.wait() if speech == "tap" else 0)
