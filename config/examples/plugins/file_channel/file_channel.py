#!/usr/bin/env python3
"""A channel for Rapport in Python, standard library only: writes each message as a file.

It speaks the plugin protocol (docs/plugin-protocol.md): JSON lines on standard input and output. Standard error is its log.
Try it alone: rapport plugins dev config/examples/plugins/file_channel --set folder=outbox
"""
import base64
import json
import os
import sys
import uuid


class Refused(Exception):
    """Something is wrong with a setting: its name and a sentence."""

    def __init__(self, option, reason):
        super().__init__(reason)
        self.option = option


def say(type, **members):
    sys.stdout.write(json.dumps({"type": type, **members}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def log(text):
    print(text, file=sys.stderr, flush=True)


class FileChannel:
    def __init__(self, settings):
        self.folder = settings["folder"]
        if os.path.exists(self.folder) and not os.path.isdir(self.folder):
            raise Refused("folder", f"{self.folder} is a file")

    def probe(self):
        os.makedirs(self.folder, exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise Refused("folder", f"{self.folder} cannot be written to")
        return [f"{self.folder} can be written to"]

    def send(self, message):
        """The outcome of one message. Its id is the idempotency key: the same id twice is one file."""
        if "@" not in message["to"]:
            return {"outcome": "bounced", "bounce": "invalid", "reason": "there is no @ in the address"}
        name = str(uuid.UUID(message["id"])) + ".json"
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            try:
                os.makedirs(self.folder, exist_ok=True)
                with open(path + ".part", "w", encoding="utf-8") as file:
                    json.dump(message, file, ensure_ascii=False, indent=1)
                os.rename(path + ".part", path)
            except OSError as error:
                return {"outcome": "deferred", "reason": str(error)}
        return {"outcome": "sent", "provider_id": name}

    def opt_out(self, opt_out):
        """Somebody wants no more messages: what a system with a list of its own would take off it."""
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, "opt_outs.jsonl"), "a", encoding="utf-8") as file:
            file.write(json.dumps(opt_out, ensure_ascii=False) + "\n")
        return True

    def erase(self, addresses):
        """Forgets what was written to these addresses. Called twice, it finds nothing the second time."""
        known = {address["value"] for address in addresses}
        found = False
        for name in os.listdir(self.folder) if os.path.isdir(self.folder) else []:
            if not name.endswith(".json"):
                continue
            with open(os.path.join(self.folder, name), encoding="utf-8") as file:
                to = json.load(file)["to"]
            if to in known:
                os.remove(os.path.join(self.folder, name))
                found = True
        return found

    def receive(self, request):
        """Turns a callback, verified and stored by Rapport already, into events."""
        reply = json.loads(base64.b64decode(request["body_base64"]))
        return [{
            "kind": "message.replied", "id": reply["id"], "message": reply.get("message"),
            "identifiers": [{"kind": "email", "value": reply["from"]}], "properties": {"text": reply.get("text", "")},
        }]


def answer(channel, request):
    type, re = request["type"], request.get("id")
    if type == "probe":
        say("done", re=re, findings=channel.probe())
    elif type == "send":
        for message in request["messages"]:
            say("result", re=re, message=message["id"], **channel.send(message))
    elif type == "receive":
        say("done", re=re, events=channel.receive(request["request"]))
    elif type == "opt_out":
        say("ack", re=re, done=channel.opt_out(request["opt_out"]))
    elif type == "erase":
        say("ack", re=re, done=channel.erase(request["addresses"]))
    elif type == "ping":
        say("pong", re=re)
    elif type != "hello":
        say("problem", re=re, reason=f"this plugin knows nothing of {type}")


def main():
    channel = None
    say("hello", protocol=1, id="channel.file", version="1.0.0")
    for line in sys.stdin:
        request = json.loads(line)
        if request["type"] == "stop":
            break
        try:
            if request["type"] == "init":
                channel = FileChannel(request["settings"])
                log(f"writing to {channel.folder}")
                say("ready", re=request["id"])
            else:
                answer(channel, request)
        except Refused as error:
            say("problem", re=request["id"], reason=str(error), option=error.option)
        except OSError as error:
            say("problem", re=request["id"], reason=str(error), option="folder")
        except Exception as error:  # One bad request must not end the plugin.
            log(f"{type(error).__name__}: {error}")
            say("problem", re=request["id"], reason=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
