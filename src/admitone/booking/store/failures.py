"""Failed attempts (declined payments, wrong promo codes) of a hold, a client, an address block or a buyer."""

from collections.abc import Mapping

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

FIRST_SECONDS = 5
WAIT_SECONDS_MAX = 300
WINDOW_SECONDS = 3600


async def count_attempts(conn: Connection, free: Mapping[str, int]) -> bool:
    """Count one attempt for each key (key → attempts without a wait). False if a key must wait: roll back then."""
    if not free:
        return True
    cursor = await conn.execute(
        load_sql(__package__, "count_attempts"),
        {
            "keys": sorted(free),
            "free": [free[key] for key in sorted(free)],
            "first_seconds": FIRST_SECONDS,
            "wait_seconds_max": WAIT_SECONDS_MAX,
            "window_seconds": WINDOW_SECONDS,
        },
    )
    return len(await cursor.fetchall()) == len(free)


async def uncount_attempts(conn: Connection, free: Mapping[str, int]) -> None:
    """Undo the count of an attempt that was correct."""
    if free:
        await conn.execute(load_sql(__package__, "uncount_attempts"), {"keys": sorted(free)})


async def read_wait_seconds(conn: Connection, free: Mapping[str, int]) -> int:
    """Return for how many seconds the next attempt with these keys is refused; 0: not at all."""
    cursor = await conn.execute(load_sql(__package__, "read_waits"), {"keys": sorted(free)})
    row = await cursor.fetchone()
    return 0 if row is None else row["seconds"]
