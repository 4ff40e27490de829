"""Proxy PostgreSQL's connections: cut them around a commit, hold a commit back, or fall silent.

A cut *before* closes the connection when the client sends its COMMIT: the server never receives it. A cut *after*
lets the server commit and drops its answer: to the client both look alike, which is what "outcome unknown" means.

`PostgresProxy` is for tests; it runs this file as a separate process and sends it commands line by line.
"""

import asyncio
import itertools
import json
import os
import socket
import struct
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

BEFORE, AFTER, HOLD = "before", "after", "hold"
READY_AND_IDLE = b"Z\x00\x00\x00\x05I"
_CHUNK = 65_536
_UNTYPED = struct.Struct("!I")  # the first message has no type: its length alone
_TYPED = struct.Struct("!cI")
_CREDENTIALS = struct.Struct("3i")


class PostgresProxy:
    """Listens in `folder` and forwards to the server's socket `server`. Cuts concern one process only.

    HOLD keeps a COMMIT back while its client lives: its transaction stays open, its locks stay taken.
    """

    def __init__(self, folder: Path, server: Path) -> None:
        self.folder = folder
        arguments = [sys.executable, "-m", __name__, str(folder / server.name), str(server)]
        environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
        self._process = subprocess.Popen(
            arguments, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._tell("look")

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()  # the proxy process then ends, also when ours is killed
        self._process.wait(timeout=120)
        self._process.stdout.close()

    @contextmanager
    def cutting(self, pid: int, *, every: int) -> Iterator[None]:
        """Cut `pid`'s connection at one in `every` of its commits, alternately before and after."""
        self._tell(f"cut {pid} {every}")
        try:
            yield
        finally:
            self._tell("cut 0 0")

    def count(self, side: str) -> int:
        """Return how often it has cut on that side so far."""
        return int(self._tell("look").get(side, 0))

    @contextmanager
    def meeting(self, pid: int, fate: str, *, after: int = 0) -> Iterator[None]:
        """Meet the next commit of `pid` with BEFORE, AFTER or HOLD, once; skip `after` other commits first."""
        self._tell(f"meet {pid} {fate} {after}")
        try:
            yield
        finally:
            self._tell(f"meet 0 {fate} 0")

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Pass no byte and close nothing, as a network that drops every packet."""
        self._tell("silent")
        try:
            yield
        finally:
            self._tell("flow")

    def _tell(self, what: str) -> dict[str, int]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        counts: dict[str, int] = json.loads(self._process.stdout.readline())
        return counts


class _Proxy:
    """The proxy's process."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._counts: Counter[str] = Counter()
        self._pid = self._every = self._met_pid = self._met_after = 0
        self._met_fate = ""
        self._ends = itertools.count(1)
        self._sides = itertools.cycle((BEFORE, AFTER))

    def obey(self, line: str) -> str:
        match line.split():
            case ["cut", pid, every]:
                self._pid, self._every = int(pid), int(every)
            case ["meet", pid, fate, after]:
                self._met_pid, self._met_fate, self._met_after = int(pid), fate, int(after)
            case ["silent"]:
                self._flowing.clear()
            case ["flow"]:
                self._flowing.set()
        return json.dumps(self._counts)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server_reader, server_writer = await asyncio.open_unix_connection(self._server)
        except OSError:  # the server is down: close as it would
            writer.close()
            return
        link = _Link(self, _pid_of(writer), writer, server_writer)
        ways = [asyncio.create_task(link.ask(reader)), asyncio.create_task(link.answer(server_reader))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        writer.close()
        server_writer.close()

    async def flow(self) -> None:
        await self._flowing.wait()

    def judge(self, pid: int) -> str:
        """Return the fate of this commit of `pid`: "" (pass it), or one of HOLD, BEFORE, AFTER."""
        fate = ""
        if pid == self._met_pid and self._met_after > 0:
            self._met_after -= 1
        elif pid == self._met_pid:
            self._met_pid, fate = 0, self._met_fate
        elif pid == self._pid and next(self._ends) % self._every == 0:
            fate = next(self._sides)
        if fate:
            self._counts[fate] += 1
        return fate


class _Link:
    """One connection, both directions."""

    def __init__(self, proxy: _Proxy, pid: int, client: asyncio.StreamWriter, server: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._pid = pid
        self._client = client
        self._server = server
        self._keeps_answers = False
        self._commits = False

    async def ask(self, reader: asyncio.StreamReader) -> None:
        """Forward the client's messages one by one. Return where the connection is to be cut."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readexactly(_UNTYPED.size)
            self._server.write(head + await reader.readexactly(_UNTYPED.unpack(head)[0] - _UNTYPED.size))
            while True:
                head = await reader.readexactly(_TYPED.size)
                kind, length = _TYPED.unpack(head)
                message = head + await reader.readexactly(length - _UNTYPED.size)
                fate = self._proxy.judge(self._pid) if self._is_commit(kind, message) else ""
                if fate == BEFORE:
                    return
                if fate == HOLD:
                    await reader.read()  # for as long as the client lives
                    return
                self._keeps_answers = fate == AFTER
                await self._proxy.flow()
                self._server.write(message)
                await self._server.drain()

    async def answer(self, reader: asyncio.StreamReader) -> None:
        """Forward the server's messages; if its answer is to be dropped, return when the commit is done."""
        kept = b""
        with suppress(ConnectionError):
            while data := await reader.read(_CHUNK):
                await self._proxy.flow()
                if self._keeps_answers:
                    kept += data
                    if kept.endswith(READY_AND_IDLE):
                        return
                else:
                    self._client.write(data)
                    await self._client.drain()

    def _is_commit(self, kind: bytes, message: bytes) -> bool:
        """Return whether the transaction ends with this message: COMMIT as a simple query, or parsed, at its sync."""
        if kind == b"Q":
            return message[_TYPED.size :].upper().startswith(b"COMMIT")
        if kind == b"P":
            self._commits = b"\0COMMIT\0" in message.upper()
            return False
        if kind == b"S" and self._commits:
            self._commits = False
            return True
        return False


def _pid_of(writer: asyncio.StreamWriter) -> int:
    connection = writer.get_extra_info("socket")
    pid: int = _CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))[0]
    return pid


async def _run(path: str, server: str) -> None:
    proxy = _Proxy(server)
    listening = await asyncio.start_unix_server(proxy.serve, path)
    Path(path).chmod(0o777)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        print(proxy.obey(line.decode()), flush=True)
    listening.close()


if __name__ == "__main__":
    asyncio.run(_run(*sys.argv[1:]))
