"""Draw documents of tickets one at a time for many clients: a short queue, a cache, and nothing drawn for a client
that left.

The first page of a document takes 0.1 to 1 s of CPU, each further page 30 ms. More than one document at a time would
only make every client wait longer.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from math import ceil
from time import monotonic

import msgspec

from admitone.kit.refusal import Busy
from admitone.tickets.drawing.facts import TicketFacts

WAITING_MAX = 32
"""Documents that wait. At 0.5 s each the last is drawn after 16 s, well before the gateway's timeout of 60 s."""
WAITING_OF_BOOKING_MAX = 8
"""Prevents one buyer from filling the queue."""
CACHED_BYTES_MAX = 16 * 1024 * 1024
"""About 600 tickets of 25 kB."""
_SECONDS_AT_FIRST = 0.5


def _draw_tickets(tickets: Sequence[TicketFacts]) -> bytes:
    # Loading the libraries takes 0.3 s: the thread that draws the first document does it, not the start of each role.
    from admitone.tickets.drawing.ticket_page import draw_tickets

    return draw_tickets(tickets)


class _Job:
    """One document that is waiting or being drawn, for all clients that asked for it."""

    def __init__(self, tickets: tuple[TicketFacts, ...]) -> None:
        self.tickets = tickets
        self.done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.clients = 0


class TicketPrinter:
    """Documents by their facts: another holder, price or code is another document, so none is ever out of date."""

    def __init__(self, draw: Callable[[Sequence[TicketFacts]], bytes] = _draw_tickets) -> None:
        self._draw = draw
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ticket-pages")
        self._cached: OrderedDict[bytes, bytes] = OrderedDict()
        self._kept_bytes = 0
        self._jobs: OrderedDict[bytes, _Job] = OrderedDict()
        """Waiting or being drawn, in their order."""
        self._worker: asyncio.Task[None] | None = None
        self._seconds = _SECONDS_AT_FIRST

    async def print(self, *tickets: TicketFacts) -> bytes:
        """Return a PDF with a page for each ticket of one booking; there is at least one.

        Raises `Busy` where the queue is full. When cancelled, the document is drawn for others alone.
        """
        key = blake2b(msgspec.msgpack.encode(tickets), digest_size=16).digest()
        if (page := self._cached.get(key)) is not None:
            self._cached.move_to_end(key)
            return page
        job = self._jobs.get(key)
        if job is None:
            self._check_room(tickets[0].booking)
            job = self._jobs[key] = _Job(tickets)
            if self._worker is None or self._worker.done():
                self._worker = asyncio.create_task(self._work())
        job.clients += 1
        try:
            return await asyncio.shield(job.done)
        finally:
            job.clients -= 1

    def _check_room(self, booking: str) -> None:
        wanted = [job for job in self._jobs.values() if job.clients]
        of_booking = sum(job.tickets[0].booking == booking for job in wanted)
        if len(wanted) >= WAITING_MAX or of_booking >= WAITING_OF_BOOKING_MAX:
            ahead = len(wanted) if of_booking < WAITING_OF_BOOKING_MAX else of_booking
            raise Busy(retry_after_seconds=ceil(ahead * self._seconds))

    async def _work(self) -> None:
        """Draw waiting pages until there are none; skip pages without clients."""
        while self._jobs:
            key, job = next(iter(self._jobs.items()))
            if job.clients:
                await self._draw_one(key, job)
            del self._jobs[key]

    async def _draw_one(self, key: bytes, job: _Job) -> None:
        began = monotonic()
        try:
            page = await asyncio.get_running_loop().run_in_executor(self._thread, self._draw, job.tickets)
        except Exception as defect:  # noqa: BLE001  # raised to each client that waits; the next page is drawn
            job.done.set_exception(defect)
            job.done.exception()  # seen here: every client may have left meanwhile
            return
        self._seconds = 0.8 * self._seconds + 0.2 * (monotonic() - began)
        job.done.set_result(page)
        self._store(key, page)

    def _store(self, key: bytes, page: bytes) -> None:
        self._cached[key] = page
        self._kept_bytes += len(page)
        while self._kept_bytes > CACHED_BYTES_MAX:
            _, dropped = self._cached.popitem(last=False)
            self._kept_bytes -= len(dropped)
