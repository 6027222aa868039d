#!/usr/bin/env python3
"""A source for Rapport in Python, standard library only: each .json file of a folder is a record.

It speaks the plugin protocol (docs/plugin-protocol.md): JSON lines on standard input and output. Standard error is its log.
Try it alone: rapport plugins dev config/examples/plugins/folder_source --set folder=inbox
"""
import json
import os
import sys


def say(type, **members):
    sys.stdout.write(json.dumps({"type": type, **members}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


class FolderSource:
    def __init__(self, settings):
        self.folder = settings["folder"]
        self.stream = settings.get("stream", "people")

    def names(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".json"))

    def read(self, re, bookmark):
        """Says every record after the bookmark: the name of the last file that was read."""
        names = [name for name in self.names() if bookmark is None or name > bookmark]
        for number, name in enumerate(names, 1):
            path = os.path.join(self.folder, name)
            with open(path, encoding="utf-8", errors="replace") as file:
                text = file.read()
            try:
                values = json.loads(text)
                if not isinstance(values, dict):
                    raise ValueError("it holds no object")
                say("record", re=re, stream=self.stream, line=number, key=name, values=values)
            except ValueError as error:
                say("reject", re=re, reason=f"{name}: {error}", raw=text[:1000])
            # Everything up to here is said: reading may go on after this file.
            say("bookmark", re=re, bookmark=name)
            say("progress", re=re, done=number, total=len(names))
        say("done", re=re)


def answer(source, request):
    type, re = request["type"], request.get("id")
    if type == "probe":
        say("done", re=re, findings=[f"{len(source.names())} files in {source.folder}"])
    elif type == "read":
        source.read(re, request["bookmark"])
    elif type in ("opt_out", "erase"):
        say("ack", re=re, done=False)
    elif type == "ping":
        say("pong", re=re)
    elif type != "hello":
        say("problem", re=re, reason=f"this plugin knows nothing of {type}")


def main():
    source = None
    say("hello", protocol=1, id="source.folder", version="1.0.0")
    for line in sys.stdin:
        request = json.loads(line)
        if request["type"] == "stop":
            break
        try:
            if request["type"] == "init":
                source = FolderSource(request["settings"])
                say("ready", re=request["id"])
            else:
                answer(source, request)
        except OSError as error:
            say("problem", re=request["id"], reason=str(error), option="folder")
        except Exception as error:  # One bad request must not end the plugin.
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            say("problem", re=request["id"], reason=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
