"""Live streams of a crowd, which open again when they end, as a browser's EventSource does."""

import asyncio
import random
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

OPEN_AT_ONCE = 32
RETRY_SECONDS = (0.5, 1.5)
# The page looks for a stream that is silent for longer than this: a comment comes every 20 seconds.
SILENT_SECONDS_MAX = 45.0


class Streams:
    """`count` streams over the events; `longest_silence` is the time of a stream without any byte."""

    def __init__(self, address: str, events: Sequence[str], count: int) -> None:
        self._url = urlsplit(address)
        self._tls = ssl.create_default_context() if self._url.scheme == "https" else None
        self._events = events
        self._count = count
        self._opening = asyncio.Semaphore(OPEN_AT_ONCE)
        self.is_open = [False] * count
        self.heard_at = [float("-inf")] * count
        self.opened = 0
        self.longest_silence = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._follow(at)) for at in range(self._count)]
        try:
            await self.until_all_open()
            self.opened, self.longest_silence = 0, 0.0
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def until_all_open(self) -> None:
        while not all(self.is_open):
            await asyncio.sleep(0.1)

    async def _follow(self, at: int) -> None:
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
                await self._read(at)
            self.is_open[at] = False
            await asyncio.sleep(random.uniform(*RETRY_SECONDS))

    async def _read(self, at: int) -> None:
        event = self._events[at % len(self._events)]
        async with self._opening, asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(self._url.hostname, self._url.port or 443, ssl=self._tls)
            writer.write(f"GET /events/{event}/live HTTP/1.1\r\nHost: {self._url.netloc}\r\n\r\n".encode())
            status = await reader.readline()
            if b" 200 " not in status:
                writer.close()
                return
        try:
            self.is_open[at] = True
            self.opened += 1
            self._hear(at)
            while await self._some_bytes(reader):
                self._hear(at)
        finally:
            writer.close()

    async def _some_bytes(self, reader: asyncio.StreamReader) -> bytes:
        # Not `wait_for`: before Python 3.12 it loses a cancellation that comes with the bytes.
        async with asyncio.timeout(SILENT_SECONDS_MAX):
            return await reader.read(65_536)

    def _hear(self, at: int) -> None:
        now = time.monotonic()
        if self.heard_at[at] > float("-inf"):
            self.longest_silence = max(self.longest_silence, now - self.heard_at[at])
        self.heard_at[at] = now
