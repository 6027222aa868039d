"""Stands between Rapport and an external plugin and breaks one thing, once or always: what a host must survive.

usage: fault_proxy.py FAULT COUNT-FILE TIMES COMMAND…
The fault happens at the first answer to `send` or `read`, while the file counts fewer than TIMES faults.
"""
import json
import os
import subprocess
import sys
import threading
import time

fault, counter, times, command = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:]
out, secrets, watched = sys.stdout.buffer, [], set()


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


threading.Thread(target=listen, daemon=True).start()
for line in child.stdout:
    message = json.loads(line)
    if message.get("re") in watched and fault != "slow-start" and due():
        watched.discard(message["re"])
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
            say(json.dumps({**message, "re": 999_999}).encode() + b"\n")
        elif fault == "close-output":
            os.close(1)
            time.sleep(600)
        elif fault == "refusal":
            say(json.dumps({"type": "problem", "re": message["re"], "reason": "not today " + "".join(secrets)}).encode() + b"\n")
            # What the plugin itself goes on saying answers nothing any more.
            child.kill()
            time.sleep(600)
        elif fault == "secret":
            sys.stderr.write("signing in with " + " and ".join(secrets) + "\n")
            sys.stderr.flush()
            say(line)
        elif fault == "split":
            # Legal: a line may come byte by byte.
            for byte in line[:200]:
                say(bytes([byte]))
            say(line[200:])
    else:
        say(line)
child.wait()
