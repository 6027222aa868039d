"""A mail server as the scripts that judge from outside use it."""
import asyncio
import random
import re
import threading
import time


class Sink:
    """A mail server that writes each message down before it answers, and takes its time to answer."""

    def __init__(self, path, seed, delay):
        self.taken = []  # (campaign, message id)
        self.mails = []  # with their heads, whom they were for, and when they began
        self.file = open(path, "a")
        self.random = random.Random(seed)
        self.delay = delay
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        async def start():
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0, limit=1 << 20)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        def run():
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(start())
            self.loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        ready.wait(10)

    async def serve(self, reader, writer):
        def say(line):
            writer.write(line.encode() + b"\r\n")

        began = time.time()
        try:
            say("220 sink")
            while line := await reader.readline():
                word = line[:4].upper()
                if word == b"MAIL":
                    began = time.time()
                if word == b"EHLO":
                    say("250-sink")
                    say("250 8BITMIME")
                elif word == b"DATA":
                    say("354 go on")
                    body = await reader.readuntil(b"\r\n.\r\n")
                    self.take(body, began)
                    await asyncio.sleep(self.random.uniform(0, self.delay))
                    say("250 taken")
                elif word == b"QUIT":
                    say("221 bye")
                    break
                else:
                    say("250 ok")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def take(self, body, began):
        head = body.split(b"\r\n\r\n", 1)[0].decode("utf-8", "replace")
        found = re.search(r"^message-id:\s*<([^>]+)>", head, re.I | re.M)
        subject = re.search(r"^subject:\s*(\w+)", head, re.I | re.M)
        self.taken.append((subject.group(1) if subject else "?", found.group(1) if found else "?"))
        to = re.search(r"^to:.*?([^\s<]+@[^\s>]+)", head, re.I | re.M)
        self.mails.append(
            {"to": to.group(1) if to else "?", "id": self.taken[-1][1].split("@")[0], "began": began, "head": head})
        self.file.write("%s %s\n" % self.taken[-1])
        self.file.flush()
