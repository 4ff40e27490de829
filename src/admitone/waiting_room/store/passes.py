"""Turns and passes: who may take a pass, who may enter with one, who has spent one."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.waiting_room.domain.queue import Queue


class Turn(Struct, frozen=True):
    """A place that a round has called."""

    queue: Queue
    entry: int
    rank: int


class StoredPass(Struct, frozen=True):
    """`is_over`: it has bought, or its time has passed."""

    expires_at: datetime
    is_over: bool


class LivePass(Struct, frozen=True):
    """`is_over`: its time has passed; `is_entering`: a checkout of it may not have made its booking yet."""

    entry: int
    booking_ids: list[str]
    is_over: bool
    is_entering: bool


class QueueCounts(Struct, frozen=True):
    """`active`: live passes. `called`: called places that may still take their pass. `taken`: all passes ever."""

    active: int
    called: int
    taken: int
    now: datetime


async def take_turns(conn: Connection, turns: Sequence[Turn]) -> None:
    """Give passes to called places that have none and whose turn lasts. The caller has called `share_queues`."""
    await conn.execute(
        load_sql(__package__, "take_turns"),
        {
            "queues": [turn.queue.id for turn in turns],
            "entries": [turn.entry for turn in turns],
            "ranks": [turn.rank for turn in turns],
            "pass_seconds": [turn.queue.pass_seconds for turn in turns],
        },
    )


async def read_passes(conn: Connection, places: Sequence[tuple[int, int]]) -> dict[tuple[int, int], StoredPass]:
    """Return (queue id, entry) → its pass, live or over; places without one are missing."""
    cursor = await conn.execute(
        load_sql(__package__, "read_passes"),
        {"queues": [queue_id for queue_id, _ in places], "entries": [entry for _, entry in places]},
    )
    return {
        (row["queue_id"], row["entry"]): StoredPass(
            row["expires_at"], row["ended_at"] is not None or row["expires_at"] <= row["now"]
        )
        for row in await cursor.fetchall()
    }


async def enter_sale(
    conn: Connection, entering: Sequence[tuple[str, int, str]], *, bookings_max: int
) -> set[tuple[str, int]]:
    """Record (event id, entry, booking id); return the admitted (event id, entry). `entering` has each pass once."""
    cursor = await conn.execute(
        load_sql(__package__, "enter_sale"),
        {
            "events": [event_id for event_id, _, _ in entering],
            "entries": [entry for _, entry, _ in entering],
            "bookings": [booking_id for _, _, booking_id in entering],
            "bookings_max": bookings_max,
        },
    )
    return {(row["event_id"], row["entry"]) for row in await cursor.fetchall()}


async def spend_passes(conn: Connection, spent: Sequence[tuple[str, int, str]]) -> set[str]:
    """Spend (event id, entry) for the booking id; return the bookings whose pass is theirs."""
    cursor = await conn.execute(
        load_sql(__package__, "spend_passes"),
        {
            "events": [event_id for event_id, _, _ in spent],
            "entries": [entry for _, entry, _ in spent],
            "bookings": [booking_id for _, _, booking_id in spent],
        },
    )
    return {row["booking_id"] for row in await cursor.fetchall()}


async def restore_passes(conn: Connection, booking_ids: Sequence[str]) -> None:
    """Undo `spend_passes` for these bookings."""
    await conn.execute(load_sql(__package__, "restore_passes"), {"bookings": list(booking_ids)})


async def list_live_passes(conn: Connection, queue_id: int, *, entering_seconds: int) -> list[LivePass]:
    """Return the live passes that may have to end."""
    cursor = await conn.execute(
        load_sql(__package__, "list_live_passes"), {"queue_id": queue_id, "entering_seconds": entering_seconds}
    )
    return [
        LivePass(row["entry"], row["booking_ids"], row["is_over"], row["is_entering"])
        for row in await cursor.fetchall()
    ]


async def end_passes(conn: Connection, queue_id: int, passes: Sequence[LivePass]) -> None:
    """End these, except those that admitted another checkout since they were read."""
    await conn.execute(
        load_sql(__package__, "end_passes"),
        {
            "queue_id": queue_id,
            "entries": [live_pass.entry for live_pass in passes],
            "tries": [len(live_pass.booking_ids) for live_pass in passes],
        },
    )


async def count_queue(conn: Connection, queue_id: int) -> QueueCounts:
    """Count how full the sale is."""
    cursor = await conn.execute(load_sql(__package__, "count_queue"), {"queue_id": queue_id})
    row = await cursor.fetchone()
    assert row is not None, "counts are a row"
    return QueueCounts(row["active"], int(row["called"]), row["taken"], row["now"])
