"""scripts/crash-test --outages: PostgreSQL goes away in every way while campaigns are sent and a file is imported.

Programs reach the server through a proxy in this process, so that the network can be cut in the middle of a message. Each round takes
one of:

  restart    the server is stopped, fast, and started again
  kill       all processes of the server are killed with SIGKILL; it recovers from its log
  freeze     the server stands still (SIGSTOP) for longer than a lease
  full       others take every connection that the server has to give
  cut        the network breaks in the middle of a message, in either direction
  stall      the network carries nothing for longer than a lease, and then all of it
  sleep      a worker stands still (SIGSTOP) for longer than a lease, as a laptop does
"""
import asyncio
import os
import signal
import subprocess
import threading
import time

KINDS = ["restart", "kill", "freeze", "full", "cut", "stall", "sleep"]


class Proxy:
    """Carries bytes between programs and the server, until it is told to do worse."""

    def __init__(self, port):
        self.target = port
        self.pipes = set()
        self.flowing = threading.Event()
        self.loop = asyncio.new_event_loop()
        self.breaks = False  # after half of the next message
        ready = threading.Event()

        async def start():
            self.gate = asyncio.Event()
            self.gate.set()
            server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        def run():
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(start())
            self.loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        ready.wait(10)

    async def serve(self, reader, writer):
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        pipe = (writer, back)
        self.pipes.add(pipe)
        try:
            await asyncio.gather(self.carry(reader, back, pipe), self.carry(there, writer, pipe))
        finally:
            self.close(pipe)

    async def carry(self, reader, writer, pipe):
        try:
            while data := await reader.read(65536):
                await self.gate.wait()
                if self.breaks:
                    self.breaks = False
                    writer.write(data[: len(data) // 2])
                    await asyncio.sleep(0)
                    for other in list(self.pipes):
                        self.close(other)
                    return
                writer.write(data)
                await writer.drain()
        except (OSError, ConnectionError):
            pass
        self.close(pipe)

    def close(self, pipe):
        self.pipes.discard(pipe)
        for writer in pipe:
            writer.transport.abort()

    def cut(self):
        """The next message is torn in two, and every connection breaks."""
        self.breaks = True

    def stall(self, seconds):
        self.loop.call_soon_threadsafe(self.gate.clear)
        time.sleep(seconds)
        self.loop.call_soon_threadsafe(self.gate.set)


class Outages:
    """The ways in which a server and what leads to it fail."""

    def __init__(self, database, lease, chance):
        self.database, self.lease, self.random = database, lease, chance
        self.proxy = Proxy(database.port)
        self.url = database.url.replace(f":{database.port}/", f":{self.proxy.port}/")
        self.happened = {kind: 0 for kind in KINDS}
        self.order = []

    def one(self, workers):
        """One outage, after which the server answers again; each kind comes up before any comes twice."""
        if not self.order:
            self.order = self.random.sample(KINDS, len(KINDS))
        kind = self.order.pop()
        self.happened[kind] += 1
        getattr(self, kind)(workers)
        self.database.answers(60)
        return kind

    def restart(self, workers):
        self.database.server.send_signal(signal.SIGINT)
        self.database.server.wait(30)
        time.sleep(self.random.uniform(0, self.lease * 2))
        self.database.start()

    def kill(self, workers):
        for process in self.family():
            os.kill(process, signal.SIGKILL)
        self.database.server.wait(30)
        time.sleep(self.random.uniform(0, self.lease * 2))
        # The shared memory of the dead is in the way until the last of them is gone.
        self.database.start()

    def freeze(self, workers):
        stopped = self.family()
        for process in stopped:
            os.kill(process, signal.SIGSTOP)
        time.sleep(self.lease * self.random.uniform(1.5, 3))
        for process in stopped:
            os.kill(process, signal.SIGCONT)

    def full(self, workers):
        program = [self.database.BIN[-1] + "/psql", self.database.url, "-c", "SELECT pg_sleep(%d)" % (self.lease * 2 + 1)]
        # As programs have lost theirs, the others are faster.
        self.proxy.cut()
        others = [subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                  for _ in range(self.database.connections)]
        for other in others:
            other.wait(60)

    def cut(self, workers):
        for _ in range(self.random.randrange(1, 6)):
            self.proxy.cut()
            time.sleep(self.random.uniform(0, 0.3))

    def stall(self, workers):
        self.proxy.stall(self.lease * self.random.uniform(1.5, 3))

    def sleep(self, workers):
        worker = self.random.choice(workers)
        worker.send_signal(signal.SIGSTOP)
        time.sleep(self.lease * self.random.uniform(1.5, 3))
        worker.send_signal(signal.SIGCONT)

    def family(self):
        """The server, and its children after it, which it would else start anew."""
        parent = self.database.server.pid
        with open(f"/proc/{parent}/task/{parent}/children") as file:
            return [parent] + [int(pid) for pid in file.read().split()]
