"""The clock of captures: a measurement over the payments, and the row that keeps it."""

from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class Measured(Struct, frozen=True):
    """`oldest_at`: when the oldest attempt that is authorized and not captured began; None: there is none."""

    measured_at: datetime
    took_seconds: float
    waiting: int
    oldest_at: datetime | None


async def measure_captures(conn: Connection, *, created_since: datetime) -> tuple[int, datetime | None]:
    """Return how many authorizations are not captured, and when the oldest of their attempts began."""
    cursor = await conn.execute(load_sql(__package__, "measure_captures"), {"created_since": created_since})
    row = await cursor.fetchone()
    assert row is not None, "the statement has a row without any payment, too"
    return row["waiting"], row["oldest_at"]


async def record_capture_clock(conn: Connection, measured: Measured) -> None:
    values = {name: getattr(measured, name) for name in Measured.__struct_fields__}
    await conn.execute(load_sql(__package__, "record_capture_clock"), values)


async def read_capture_clock(conn: Connection) -> Measured | None:
    row = await (await conn.execute(load_sql(__package__, "read_capture_clock"))).fetchone()
    return None if row is None else Measured(**row)
