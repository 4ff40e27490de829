"""Simulate thousands of readers of one live map in one process with epoll and raw sockets.

`bench.live` starts it and sends lines: `open` … `opened N`, `until VERSION` … the states that all readers then show,
`report FILE` (commit times by version) … figures, `end`.

Every reader applies every event to a map of its own. Readers with the same map that receive the same bytes have the
same map again, so each such step is computed once.
"""

import array
import bisect
import hashlib
import json
import os
import select
import socket
import sys
import time
import zlib
from collections import Counter, defaultdict
from typing import Any

GZIP_HEAD_BYTES = 10
FLUSHED = b"\x00\x00\xff\xff"
RECEIVE_BYTES = 16_384
CONNECTING_MAX = 200
SETTLE_SECONDS_MAX = 20.0
NOTHING = -1


class Maps:
    """States by number, and the steps between them."""

    def __init__(self) -> None:
        self.versions: list[int] = []
        self.states: list[bytes] = []
        self.known: dict[tuple[int, bytes], int] = {}
        self._steps: dict[tuple[int, bytes], int] = {}

    def step(self, before: int, event: bytes) -> int:
        """Return the number of the map that results when `event` is applied to the map `before`."""
        key = (before, event)
        after = self._steps.get(key)
        if after is None:
            after = self._steps[key] = self._apply(before, event)
        return after

    def _apply(self, before: int, event: bytes) -> int:
        data = next((line[6:] for line in event.split(b"\n") if line.startswith(b"data: ")), None)
        if data is None:
            return before
        body = json.loads(data)
        if "states" in body:
            return self._number(body["version"], body["states"].encode())
        if before == NOTHING:
            return self._number(body["version"], b"")
        states = bytearray(self.states[before])
        for state, indexes in body["changes"].items():
            for index in indexes if states else ():  # none: a stream that begins without a snapshot
                states[index] = ord(state)
        return self._number(body["version"], bytes(states))

    def _number(self, version: int, states: bytes) -> int:
        key = (version, hashlib.sha256(states).digest())
        if key not in self.known:
            self.known[key] = len(self.versions)
            self.versions.append(version)
            self.states.append(states)
        return self.known[key]


class Readers:
    """`sources`: local addresses to spread connections over; one has some 28,000 ports."""

    def __init__(self, host: str, port: int, path: str, sources: list[str]) -> None:
        self._address = (host, port)
        self._sources = sources
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/event-stream\r\nAccept-Encoding: gzip\r\n\r\n"
        ).encode()
        self._poll = select.epoll()
        self._sockets: dict[int, socket.socket] = {}
        self._partial: dict[int, bytearray] = {}
        self._in_head: set[int] = set()
        self._packed: set[int] = set()
        self._chunked: set[int] = set()
        self._map: dict[int, int] = {}
        self._maps = Maps()
        self._events: dict[bytes, tuple[bytes, ...]] = {}
        self._transitions: dict[tuple[int, int], int] = {}
        self._received_steps, self._received_at = array.array("I"), array.array("d")
        self.lost = 0

    def open(self, count: int) -> int:
        """Connect `count` readers; return how many have a map."""
        deadline = time.monotonic() + 60
        asked = 0
        while len(self._map) < count and time.monotonic() < deadline:
            while asked < count and asked - len(self._map) < CONNECTING_MAX:
                self._connect(asked)
                asked += 1
            self.listen(0.05)
        self._received_steps, self._received_at = array.array("I"), array.array("d")
        return len(self._map)

    def listen(self, seconds: float) -> None:
        """Read incoming data for this time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for fd, _ in self._poll.poll(left, 4096):
                self._read(fd)

    def until(self, version: int) -> dict[str, Any]:
        """Read until every map has this version; return their hashes, and how many show each."""
        deadline = time.monotonic() + SETTLE_SECONDS_MAX
        while time.monotonic() < deadline:
            if all(number != NOTHING and self._maps.versions[number] >= version for number in self._map.values()):
                break
            self.listen(0.05)
        shown = Counter(hashlib.sha256(self._maps.states[number]).hexdigest() for number in self._map.values())
        return {"hashes": dict(shown), "readers": len(self._map), "lost": self.lost}

    def report(self, committed: dict[int, float]) -> dict[str, Any]:
        """Return delays in whole ms (rounded up) by the number of changes with that delay, and the share of CPU."""
        in_order = sorted(committed)
        by_transition: dict[int, Counter[float]] = defaultdict(Counter)
        for what, at in zip(self._received_steps, self._received_at, strict=True):
            by_transition[what][round(at, 3)] += 1
        spans = {number: span for span, number in self._transitions.items()}
        delays: Counter[int] = Counter()
        for what, deliveries in by_transition.items():
            first, last = spans[what]
            times = [committed[version] for version in _between(in_order, first, last)]
            for at, count in deliveries.items():
                for began in times:
                    delays[max(0, int((at - began) * 1000) + 1)] += count
        return {"deliveries": len(self._received_at), "delays_ms": delays, "cpu_seconds": round(sum(os.times()[:2]), 2)}

    def _connect(self, number: int) -> None:
        sock = socket.socket()
        source = self._sources[number % len(self._sources)]
        sock.setsockopt(socket.SOL_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT: the port is chosen with the destination
        sock.bind((source, 0))
        sock.connect(self._address)
        sock.setblocking(False)
        sock.send(self._request)
        fd = sock.fileno()
        self._sockets[fd] = sock
        self._in_head.add(fd)
        self._partial[fd] = bytearray()
        self._poll.register(fd, select.EPOLLIN)

    def _read(self, fd: int) -> None:
        try:
            data = os.read(fd, RECEIVE_BYTES)
        except ConnectionResetError:
            data = b""
        at = time.monotonic()
        if not data:
            self._poll.unregister(fd)
            self._sockets.pop(fd).close()
            self.lost += 1
            return
        partial = self._partial.get(fd)
        if partial is None:
            events = self._events.get(data)
            if events is not None:
                self._record(fd, events, at)
                return
            partial = self._partial[fd] = bytearray()
        partial += data
        if fd in self._in_head and not self._read_head(fd, partial):
            return
        whole = bytes(partial)
        body = _unchunk(whole) if fd in self._chunked else whole
        events = None if body is None else _parse_events(body, packed=fd in self._packed)
        if events is not None:
            del self._partial[fd]
            if whole == data:
                self._events[data] = events
            self._record(fd, events, at)

    def _read_head(self, fd: int, partial: bytearray) -> bool:
        end = partial.find(b"\r\n\r\n")
        if end < 0:
            return False
        assert partial.startswith(b"HTTP/1.1 200"), bytes(partial[:200])
        head = bytes(partial[:end]).lower()
        if b"gzip" in head:
            self._packed.add(fd)
        if b"chunked" in head:
            self._chunked.add(fd)
        del partial[: end + 4]
        self._in_head.discard(fd)
        self._map.setdefault(fd, NOTHING)
        return bool(partial)

    def _record(self, fd: int, events: tuple[bytes, ...], at: float) -> None:
        before = after = self._map[fd]
        for event in events:
            after = self._maps.step(after, event)
        if after == before:
            return
        self._map[fd] = after
        if before != NOTHING:
            span = (self._maps.versions[before], self._maps.versions[after])
            number = self._transitions.setdefault(span, len(self._transitions))
            self._received_steps.append(number)
            self._received_at.append(at)


def _unchunk(whole: bytes) -> bytes | None:
    """Return the content of these HTTP chunks; None while the last one is incomplete."""
    body, at = bytearray(), 0
    while at < len(whole):
        line_end = whole.find(b"\r\n", at)
        if line_end < 0:
            return None
        begins = line_end + 2
        ends = begins + int(whole[at:line_end], 16)
        if len(whole) < ends + 2:
            return None
        body += whole[begins:ends]
        at = ends + 2
    return bytes(body)


def _parse_events(body: bytes, *, packed: bool) -> tuple[bytes, ...] | None:
    """Return the events in the body; None while the last one is incomplete."""
    if packed:
        body = body[GZIP_HEAD_BYTES:] if body.startswith(b"\x1f\x8b") else body
        if not body.endswith(FLUSHED):
            return None if body else ()
        body = zlib.decompressobj(-zlib.MAX_WBITS).decompress(body)
    return tuple(body[:-2].split(b"\n\n")) if body.endswith(b"\n\n") else None


def _between(in_order: list[int], after: int, upto: int) -> list[int]:
    return in_order[bisect.bisect_right(in_order, after) : bisect.bisect_right(in_order, upto)]


def run_commands() -> None:
    """Execute the commands on standard input until `end`."""
    host, port, path, *sources = sys.argv[1:]
    readers = Readers(host, int(port), path, sources)
    orders = select.poll()
    orders.register(sys.stdin.fileno(), select.POLLIN)
    while True:
        readers.listen(0.05)
        if not orders.poll(0):
            continue
        word, _, argument = sys.stdin.readline().strip().partition(" ")
        if word == "open":
            answer: Any = readers.open(int(argument))
        elif word == "until":
            answer = readers.until(int(argument))
        elif word == "report":
            with open(argument, encoding="utf-8") as file:
                answer = readers.report({int(version): at for version, at in json.load(file).items()})
        else:
            return
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    run_commands()
