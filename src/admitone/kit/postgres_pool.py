"""Connection pool that survives a restart of PostgreSQL: no request fails because of connections that died before it
arrived.

- One dead connection is enough: the pool checks all idle ones and replaces those that the server has closed.
  (`psycopg_pool` alone finds them one by one and waits 1 s, 2 s … in between: 503, minutes after the restart.)
- A background task checks an idle connection every second, so dead ones are replaced before a request arrives.
- Circuit breaker: while no connection can be made, requests fail at once instead of after the pool's time-out. For the
  first second they wait, so a restart of half a second costs half a second and no error.
- With several hosts, the background task asks the primary something every second. When a probe finds the primary on
  another host, the pool closes every connection to the former one, those in use too. A host that is frozen still
  acknowledges packets: without this, its connections would never end.
"""

import asyncio
import os
import select
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.tasks import cancel_until_done
from admitone.kit.tracing import span

Connection = AsyncConnection[DictRow]
# Host, numeric address and port.
_Address = tuple[bytes, bytes, bytes]

CHECK_SECONDS = 1.0
# A request that waits longer than this for a connection makes the pool probe the server.
SLOW_SECONDS = 1.0
# A busy pool always looks suspicious: probing it costs PostgreSQL no more than a connection each half second.
SUSPECT_SECONDS = 0.5
PROBE_SECONDS_MAX = 2.0
# Of several hosts, each address has PROBE_SECONDS_MAX, and a name may have several addresses.
PROBE_ALL_SECONDS_MAX = 20.0
PROBE_PAUSE_SECONDS = 0.1
# How long requests wait for a server that has just failed; later ones wait for the running probe.
GRACE_SECONDS = 1.0
OPEN_WAIT_SECONDS = 0.2
# psycopg_pool doubles the pause between attempts to connect. It gives up soon: requests and the probe connect again.
RECONNECT_SECONDS = 0.5


class PostgresUnavailable(psycopg.OperationalError):
    """PostgreSQL does not answer. Nothing was sent: the caller may try again."""


class Pool(AsyncConnectionPool[Connection]):
    """A pool of connections with a circuit breaker. `watching` runs its background task."""

    def __init__(self, url: str, *, connect_options: dict[str, Any], **options: Any) -> None:
        self._probe_seconds_max = PROBE_SECONDS_MAX
        self._has_several_hosts = names_several_hosts(url)
        if self._has_several_hosts:  # an address that does not answer must leave time for the next one
            connect_options = {"connect_timeout": int(PROBE_SECONDS_MAX), **connect_options}
            self._probe_seconds_max = PROBE_ALL_SECONDS_MAX
        super().__init__(
            url,
            kwargs=connect_options,
            open=False,
            check=self._check_or_sweep,
            reconnect_timeout=RECONNECT_SECONDS,
            **options,
        )
        self._url, self._connect_options = url, connect_options
        self._answering = asyncio.Event()
        self._answering.set()
        self._suspected = asyncio.Event()
        self._lent: set[Connection] = set()
        self._primary: _Address | None = None
        self._fails_at = 0.0
        self._waits: set[asyncio.Timeout] = set()

    @property
    def is_open_circuit(self) -> bool:
        """Whether requests are refused because the server does not answer."""
        return not self._answering.is_set()

    async def getconn(self, timeout: float | None = None) -> Connection:  # noqa: ASYNC109 - the pool's own signature
        """Lend a connection. Raises `PostgresUnavailable` at once while the server is known to be down."""
        await self._wait_for_the_server()
        alarm = asyncio.get_running_loop().call_later(SLOW_SECONDS, self._suspected.set)
        wait = asyncio.timeout(None)
        self._waits.add(wait)
        try:
            async with wait:
                with span("wait for a connection", {"db.system.name": "postgresql"}, is_call=False):
                    conn = await super().getconn(timeout)
        except TimeoutError as error:  # the circuit opened; the pool's own time-out is another class
            raise PostgresUnavailable("PostgreSQL does not answer.") from error
        finally:
            alarm.cancel()
            self._waits.discard(wait)
        self._lent.add(conn)
        if self._primary is None:
            self._primary = _address_of(conn)
        return conn

    @asynccontextmanager
    async def connection(self, timeout: float | None = None) -> AsyncIterator[Connection]:  # noqa: ASYNC109 - see above
        """Lend a connection for the block. One whose prepared statements a migration has changed is not used again."""
        async with super().connection(timeout) as conn:
            try:
                yield conn
            except psycopg.errors.FeatureNotSupported:
                await conn.close()
                raise

    async def putconn(self, conn: Connection) -> None:
        self._lent.discard(conn)
        if conn.broken:
            self._suspected.set()
        await super().putconn(conn)

    @staticmethod
    async def check_connection(conn: Connection) -> None:
        """Raise if the server has closed this idle connection.

        An idle connection has nothing to read except the end of the stream, so a check costs a system call and no round
        trip.
        """
        # Not select(): it refuses descriptors above 1023, which many clients lead to.
        poll = select.poll()
        poll.register(conn.fileno(), select.POLLIN)
        if poll.poll(0):
            await conn.execute("select 1")

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Check idle connections and probe the server in the background while the context is open."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            await cancel_until_done([task])  # the pool's own check() mistakes a cancellation for a lost connection

    async def _check_or_sweep(self, conn: Connection) -> None:
        try:
            await self.check_connection(conn)
        except psycopg.Error:
            self._suspected.set()
            await self.check()  # all idle ones: they were most likely closed with this one
            raise

    async def _wait_for_the_server(self) -> None:
        if self._answering.is_set():
            return
        seconds = max(OPEN_WAIT_SECONDS, self._fails_at - time.monotonic())
        try:
            async with asyncio.timeout(seconds):
                await self._answering.wait()
        except TimeoutError as error:
            raise PostgresUnavailable("PostgreSQL does not answer.") from error

    async def _watch(self) -> None:
        while True:
            with PROCESS_OUTAGES.absorbed(f"watch {self.name}"):
                try:
                    async with asyncio.timeout(CHECK_SECONDS):
                        await self._suspected.wait()
                except TimeoutError:
                    await self._check_one()
                    continue
                self._suspected.clear()
                await self.check()
                if not await self._answers():
                    await self._sit_out()
                await asyncio.sleep(SUSPECT_SECONDS)

    async def _check_one(self) -> None:
        """Check the idle connection that waited longest; the pool lends them in turn."""
        if self.get_stats()["pool_available"]:
            with suppress(PoolTimeout):  # a request was faster, and checks the connection that it borrows
                conn = await self.getconn(CHECK_SECONDS)
                try:
                    if self._has_several_hosts:
                        await self._ask(conn)
                finally:
                    await self.putconn(conn)
        elif self._has_several_hosts and self.get_stats()["pool_size"]:  # all in use: perhaps of a host that hangs
            self._suspected.set()

    async def _ask(self, conn: Connection) -> None:
        """Make a round trip. End the connection if the server does not answer in time."""
        alarm = asyncio.get_running_loop().call_later(PROBE_SECONDS_MAX, end_connection, conn)
        try:
            await conn.execute("select 1")
            if not conn.autocommit:
                await conn.rollback()
        except psycopg.OperationalError:
            self._suspected.set()
        finally:
            alarm.cancel()

    async def _leave_other_hosts(self, probe: Connection) -> None:
        """Close the connections to every host but the one that a probe found to be the primary."""
        primary = _address_of(probe)
        for conn in self._lent:
            if not conn.closed and _address_of(conn) != primary:
                end_connection(conn)
        if primary != self._primary:
            self._primary = primary
            await self.drain()

    async def _sit_out(self) -> None:
        """Open the circuit until a probe connects."""
        self._fails_at = time.monotonic() + GRACE_SECONDS
        self._answering.clear()
        while not await self._answers():
            if time.monotonic() > self._fails_at:
                for wait in list(self._waits):
                    wait.reschedule(0.0)  # in the past: it ends now
            await asyncio.sleep(PROBE_PAUSE_SECONDS)
        await self.check()
        self._answering.set()

    async def _answers(self) -> bool:
        """Whether a connection can be made, or lent connections still work and the server merely accepts no more."""
        try:
            async with asyncio.timeout(self._probe_seconds_max):
                conn = await self.connection_class.connect(self._url, **self._connect_options)
        except (TimeoutError, psycopg.errors.ConnectionTimeout):
            PROCESS_OUTAGES.failed(f"probe {self.name}", PostgresUnavailable("no answer to a new connection in time"))
            return False
        except psycopg.OperationalError as error:
            if self._lent:
                return True
            PROCESS_OUTAGES.failed(f"probe {self.name}", error)
            return False
        if self._has_several_hosts:
            await self._leave_other_hosts(conn)
        await conn.close()
        PROCESS_OUTAGES.succeeded(f"probe {self.name}")
        return True


def _address_of(conn: Connection) -> _Address:
    return conn.pgconn.host, conn.pgconn.hostaddr, conn.pgconn.port


def end_connection(conn: Connection) -> None:
    """End a connection whose server may never answer: who waits for an answer gets an error at once."""
    if not conn.closed:
        with socket.socket(fileno=os.dup(conn.fileno())) as stream, suppress(OSError):
            stream.shutdown(socket.SHUT_RDWR)


def names_several_hosts(url: str) -> bool:
    """Whether the driver has several servers to try in turn, until one fits `target_session_attrs`."""
    parameters = conninfo_to_dict(url)
    return "," in str(parameters.get("host") or parameters.get("hostaddr") or "")
