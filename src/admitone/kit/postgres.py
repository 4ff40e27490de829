"""Connect to PostgreSQL, which decides everything. One small pool per process: with group commit, few connections do
more."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads

from admitone.kit.arrays import FastListDumper
from admitone.kit.pool_metrics import watch_pool
from admitone.kit.postgres_pool import Connection, Pool
from admitone.kit.read_pool import LAG_SECONDS, ReadPool
from admitone.kit.tracing import recorder

__all__ = ["LAG_SECONDS", "Connection", "Pool", "ReadPool", "open_pool", "open_read_pool"]

# For the whole process: the hottest path decodes a booking's tickets.
set_json_loads(msgspec.json.decode)
set_json_dumps(msgspec.json.encode)

POOL_SIZE_MAX = 8
READ_POOL_SIZE_MAX = 4
POOL_WAIT_SECONDS_MAX = 5.0
STATEMENT_MS_MAX = 15_000
LOCK_MS_MAX = 4_000
# A process that hangs (stopped, swapped out, cut off) in the middle of a transaction loses it and its locks.
IDLE_MS_MAX = 15_000
_LIMITS = {
    "statement_timeout": STATEMENT_MS_MAX,
    "lock_timeout": LOCK_MS_MAX,
    "idle_in_transaction_session_timeout": IDLE_MS_MAX,
    # Timestamps come back in UTC whatever the server's default is.
    "timezone": "UTC",
}
# The loss of a host that sends nothing more is noticed within some 6 s (over TCP; a unix socket cannot be half open):
# the sale continues soon after another host has become the primary.
_KEEPALIVE = {"keepalives_idle": 2, "keepalives_interval": 1, "keepalives_count": 4, "tcp_user_timeout": 6_000}


async def _configure(conn: Connection) -> None:
    conn.adapters.register_dumper(list, FastListDumper)


def _connection_class() -> type[Connection]:
    if recorder() is None:
        return AsyncConnection[DictRow]
    from admitone.kit.traced_postgres import TracedConnection

    return TracedConnection


@asynccontextmanager
async def open_pool(
    database_url: str, *, size_max: int = POOL_SIZE_MAX, size_min: int = 1, autocommit: bool = True
) -> AsyncIterator[Pool]:
    """Yield a pool of connections (rows are dicts); every statement and lock wait is bounded."""
    options: dict[str, Any] = {
        "row_factory": dict_row,
        "options": " ".join(f"-c {name}={value}" for name, value in _LIMITS.items()),
        "application_name": "admitone",
        **_KEEPALIVE,
    }
    if autocommit:  # the job queue sets its own name for the connection on which it listens
        options["autocommit"] = True
    pool = Pool(
        database_url,
        connect_options=options,
        min_size=size_min,
        max_size=size_max,
        timeout=POOL_WAIT_SECONDS_MAX,
        configure=_configure,
        connection_class=_connection_class(),
    )
    await pool.open()
    watch_pool(pool)
    try:
        async with pool.watching():
            yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def open_read_pool(primary: Pool, replica_url: str | None, *, lag_seconds_max: float) -> AsyncIterator[ReadPool]:
    """Yield the pool for reads that only show; it connects to the replica when something is read."""
    async with AsyncExitStack() as closing:
        replica = None
        if replica_url is not None:
            opened = open_pool(replica_url, size_max=READ_POOL_SIZE_MAX, size_min=0)
            replica = await closing.enter_async_context(opened)
        pool = ReadPool(primary, replica, lag_seconds_max=lag_seconds_max)
        closing.push_async_callback(pool.close)
        yield pool
