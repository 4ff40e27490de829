"""PostgreSQL: where correctness lives. One pool a process; small, because few connections do more (group commit)."""

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

from admitone.kit.arrays import FastListDumper

# For the whole process: a booking's tickets are decoded on the hottest path there is.
set_json_loads(msgspec.json.decode)
set_json_dumps(msgspec.json.encode)

Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]

POOL_SIZE_MAX = 8
POOL_WAIT_SECONDS_MAX = 5.0
STATEMENT_MS_MAX = 15_000
LOCK_MS_MAX = 4_000
# A process that stands still (stopped, swapped out, cut off) in the middle of a transaction loses it, and its locks.
IDLE_MS_MAX = 15_000
_LIMITS = {
    "statement_timeout": STATEMENT_MS_MAX,
    "lock_timeout": LOCK_MS_MAX,
    "idle_in_transaction_session_timeout": IDLE_MS_MAX,
    # Timestamps come back in UTC whatever the server's default is.
    "timezone": "UTC",
}
# A server that is gone without a word is noticed within some 20 s (over TCP; a unix socket cannot be half open).
_KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}


async def check_connection(conn: Connection) -> None:
    """Before a connection is lent: one that the server has closed (it restarted) is replaced, not lent.

    An idle connection has nothing to read but the end of the stream, so looking costs a system call, no round trip.
    """
    # Not select(): it refuses descriptors above 1023, and a crowd at the door makes them. The pool would take every
    # such connection for a dead one, and let who asked for it sleep for a second, then two, with all of his batch.
    poll = select.poll()
    poll.register(conn.fileno(), select.POLLIN)
    if poll.poll(0):
        await conn.execute("select 1")


async def _configure(conn: Connection) -> None:
    conn.adapters.register_dumper(list, FastListDumper)


@asynccontextmanager
async def open_pool(database_url: str, *, size_max: int = POOL_SIZE_MAX) -> AsyncIterator[Pool]:
    """Yield a pool of autocommit connections (rows are dicts); every statement and lock wait is bounded."""
    pool: Pool = AsyncConnectionPool(
        database_url,
        min_size=1,
        max_size=size_max,
        timeout=POOL_WAIT_SECONDS_MAX,
        open=False,
        check=check_connection,
        configure=_configure,
        connection_class=AsyncConnection[DictRow],
        kwargs={
            "autocommit": True,
            "row_factory": dict_row,
            "options": " ".join(f"-c {name}={value}" for name, value in _LIMITS.items()),
            "application_name": "admitone",
            **_KEEPALIVE,
        },
    )
    await pool.open()
    try:
        yield pool
    finally:
        await pool.close()
