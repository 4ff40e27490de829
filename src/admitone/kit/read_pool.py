"""Read what is only shown from a replica of PostgreSQL, as long as it is recent; otherwise from the primary.

A replica shows the past, so nothing that decides a sale reads here. How old the past may be is bounded: this process
notes the primary's position (how much it has committed) with its own clock, and a read asks the replica, on the same
connection, whether it has replayed a position that is recent enough. No clock of another host is involved, a replica
that was cut off falls behind by itself, and the database user needs no rights.

- The primary answers if the replica is behind, does not answer, breaks off, or does not have what was asked for.
- While the primary does not answer, the replica does, whatever its age: this process can commit nothing newer.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from prometheus_client import Counter

from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.postgres_pool import Connection, Pool, end_connection
from admitone.kit.tasks import cancel_until_done

READS = Counter("admitone_view_reads_total", "Reads for viewing, by the server that answered", ["server"])
for _server in ("primary", "replica"):
    READS.labels(_server)

LAG_SECONDS = 2.0
# The primary's position is noted this often within the bound.
NOTES_A_BOUND = 4
# A replica whose connections are all in use is no faster than the primary.
WAIT_SECONDS_MAX = 0.5
# A replica that hangs ends a read after this time, and the primary answers.
VIEW_SECONDS_MAX = 2.0
SCAN_SECONDS_MAX = 15.0

_TIMELINE = "left(pg_walfile_name(pg_current_wal_flush_lsn()), 8)"
_PRIMARY_POSITION = f"select {_TIMELINE} || ' ' || pg_current_wal_flush_lsn() as position"
# A replica that was promoted is the primary; a former primary that runs on is on the timeline before.
_REPLAYED = f"""
select case when pg_is_in_recovery() then coalesce(pg_last_wal_replay_lsn() >= %(lsn)s::pg_lsn, false)
            else %(timeline)s = '' or (%(timeline)s = {_TIMELINE} and pg_current_wal_flush_lsn() >= %(lsn)s::pg_lsn)
       end as has
"""

Answer = TypeVar("Answer")
Read = Callable[[Connection], Awaitable[Answer]]
Position = str
"""The primary's timeline and how far its WAL is flushed."""
ANY_POSITION: Position = " 0/0"


class _Behind(Exception):
    """The replica has not replayed the position."""


@dataclass(frozen=True, slots=True)
class _Note:
    at: float
    position: Position


class ReadPool:
    """`replica` None: the primary answers everything. Reads may run twice: they write nothing."""

    def __init__(
        self,
        primary: Pool,
        replica: Pool | None = None,
        *,
        lag_seconds_max: float = LAG_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._primary, self._replica = primary, replica
        self._lag_seconds_max, self._clock = lag_seconds_max, clock
        self._notes: deque[_Note] = deque(maxlen=2 * NOTES_A_BOUND)
        self._noting: asyncio.Task[None] | None = None

    async def read(
        self,
        read: Read[Answer],
        *,
        is_enough: Callable[[Answer], bool] = lambda _answer: True,
        since: Position | None = None,
    ) -> Answer:
        """Return what `read` returns, on a connection to the replica or to the primary.

        `is_enough`: if it is False for the replica's answer, the primary answers. `since`: the replica must have this
        position of the primary, however recent that is.
        """
        replica, needed = self._replica, since
        if replica is not None and needed is None:
            needed = self._recent_position()
        if replica is not None and needed is not None and not replica.is_open_circuit:
            seconds_max = VIEW_SECONDS_MAX if since is None else SCAN_SECONDS_MAX
            try:
                answer = await _read_replica(replica, read, needed, seconds_max)
            except (_Behind, psycopg.OperationalError, psycopg.errors.FeatureNotSupported):
                pass
            else:
                if is_enough(answer):
                    READS.labels("replica").inc()
                    return answer
        async with self._primary.connection() as conn:
            READS.labels("primary").inc()
            return await read(conn)

    async def find(self, read: Read[Answer | None]) -> Answer | None:
        """Return what `read` finds, or None. What a replica lacks, it may not have yet: the primary is asked."""
        return await self.read(read, is_enough=lambda found: found is not None)

    async def position(self) -> Position | None:
        """Return the primary's position: a read `since` it sees everything that is committed now."""
        if self._replica is None:
            return None
        async with self._primary.connection() as conn:
            return await _read_position(conn)

    async def close(self) -> None:
        if self._noting is not None:
            await cancel_until_done([self._noting])

    def _recent_position(self) -> Position | None:
        """Return the oldest position that is recent enough; None while none is known."""
        now = self._clock()
        newest = self._notes[-1] if self._notes else None
        is_due = newest is None or now - newest.at > self._lag_seconds_max / NOTES_A_BOUND
        if is_due and (self._noting is None or self._noting.done()):
            self._noting = asyncio.create_task(self._note())
        if self._primary.is_open_circuit:
            return ANY_POSITION
        return next((note.position for note in self._notes if now - note.at <= self._lag_seconds_max), None)

    async def _note(self) -> None:
        """Note the primary's position. The clock is read before: the position is at least as recent."""
        at = self._clock()
        with PROCESS_OUTAGES.absorbed("note the primary's position"):
            async with self._primary.connection() as conn:
                self._notes.append(_Note(at, await _read_position(conn)))


async def _read_replica(replica: Pool, read: Read[Answer], needed: Position, seconds_max: float) -> Answer:
    """Raises `_Behind`; `psycopg.OperationalError` if the replica does not answer in time; `FeatureNotSupported` if a
    migration has changed a table of its prepared statements."""
    async with replica.connection(WAIT_SECONDS_MAX) as conn:
        # Cancelling would wait for an answer to the cancellation, which a host that hangs never gives.
        alarm = asyncio.get_running_loop().call_later(seconds_max, end_connection, conn)
        try:
            timeline, _, lsn = needed.partition(" ")
            row = await (await conn.execute(_REPLAYED, {"timeline": timeline, "lsn": lsn})).fetchone()
            if row is None or not row["has"]:
                raise _Behind
            return await read(conn)
        finally:
            alarm.cancel()


async def _read_position(conn: Connection) -> Position:
    row = await (await conn.execute(_PRIMARY_POSITION)).fetchone()
    assert row is not None
    return str(row["position"])
