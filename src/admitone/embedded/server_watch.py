"""Probe PostgreSQL, Redis and nginx from the supervisor without blocking it.

Each probe is the smallest request of the protocol, and any response counts: "starting up" or "busy" is a response. A
forked process of a server may be stopped (SIGSTOP) while the server answers: then its clients, and the clients that
wait for its locks, block.
"""

import errno
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from admitone.embedded.child import Child
from admitone.embedded.heartbeat import HangDetector, HangLimits

Address = str | tuple[str, int]  # of a unix socket, or host and port

SSL_REQUEST = bytes.fromhex("0000000804d2162f")  # PostgreSQL's backend answers with one letter, before any login
PING = b"PING\r\n"
ALIVE = b"GET /.gateway/alive HTTP/1.0\r\n\r\n"

# A checkpoint, a long script or a full disk may delay a server's response for some seconds.
LIMITS = HangLimits(idle=10.0, stopped=3.0, busy=60.0, starting=120.0)
_ASK_SECONDS = 1.0
_ANSWER_SECONDS_MAX = 5.0


class Prober:
    """Count the responses of one server."""

    def __init__(self, address: Address, question: bytes) -> None:
        self._address = address
        self._question = question
        self._answers = 0
        self._connection: socket.socket | None = None
        self._unsent = b""
        self._asked_at = 0.0

    def read(self) -> int:
        """Return the number of responses so far; send the next probe when due. Call this often."""
        now = time.monotonic()
        if self._connection is not None and self._has_answer(self._connection):
            self._answers += 1
            self.close()
        if self._connection is not None and now - self._asked_at >= _ANSWER_SECONDS_MAX:
            self.close()
        if self._connection is None and now - self._asked_at >= _ASK_SECONDS:
            self._asked_at = now
            self._ask()
        return self._answers

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self) -> None:
        if isinstance(self._address, str):
            family = socket.AF_UNIX
        else:
            family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        connection = socket.socket(family)
        connection.setblocking(False)
        # No listener, or a full accept queue, is no response; TCP connects in the background.
        if connection.connect_ex(self._address) in (0, errno.EINPROGRESS):
            self._connection, self._unsent = connection, self._question
        else:
            connection.close()

    def _has_answer(self, connection: socket.socket) -> bool:
        with suppress(OSError):  # not connected or no response yet, or the connection was closed
            if self._unsent:
                self._unsent = self._unsent[connection.send(self._unsent) :]
            return len(connection.recv(64)) > 0
        return False


class ServerDetector:
    """Detect the hang of one server and of the processes it forked."""

    def __init__(
        self, child: Child, address: Address, question: bytes, say: Callable[[str], None], limits: HangLimits = LIMITS
    ) -> None:
        self._child = child
        self._say = say
        self._limits = limits
        self._detector = HangDetector(child.pid, Prober(address, question).read, limits)
        self._stopped_since: dict[int, float] = {}
        self._looked_at = 0.0

    def find_hang(self, now: float) -> str | None:
        if now - self._looked_at >= _ASK_SECONDS:
            # A supervisor that was suspended itself restarts the count.
            since = self._stopped_since if now - self._looked_at < self._limits.stopped else {}
            self._looked_at = now
            self._stopped_since = {pid: since.get(pid, now) for pid in _stopped_processes(self._child.pid)}
            if hang := self._end_stopped(now):
                return hang
        return self._detector.find_hang(now)

    def _end_stopped(self, now: float) -> str | None:
        """Kill forked processes that were stopped for too long; report the server itself to the supervisor."""
        for pid, since in self._stopped_since.items():
            if (seconds := now - since) < self._limits.stopped:
                continue
            if pid == self._child.pid:
                return f"was stopped for {seconds:.0f} s"
            self._say(f"a process of {self._child.program.name} was stopped for {seconds:.0f} s; killing it")
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return None


def watch_server(address: Address, question: bytes, say: Callable[[str], None]) -> Callable[[Child], ServerDetector]:
    """Return the factory of the detector of each process of a server."""
    return lambda child: ServerDetector(child, address, question, say)


def _stopped_processes(pid: int) -> list[int]:
    """Return the stopped ones among the server and the processes that it forked."""
    children: list[str] = []
    with suppress(OSError):  # no such file: the process ended, or this kernel has no such list
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(process) for process in (str(pid), *children) if _is_stopped(process)]


def _is_stopped(pid: str) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    return False
