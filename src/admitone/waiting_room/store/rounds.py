"""Admission rounds: who leads one, what it decides, and the load of checkout that it adapts to."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.domain.queue import Queue

# The first half of two-part advisory locks; the second is the queue's id.
QUEUE_LOCKS, ROUND_LOCKS = 0x77726C, 0x777272

LOAD_SECONDS = 3.0
"""The load now: what processes recorded in this time."""


async def lead_round(conn: Connection, queue_id: int) -> bool:
    """Return whether this transaction makes the queue's round; at most one does at a time."""
    cursor = await conn.execute(load_sql(__package__, "lead_round"), {"space": ROUND_LOCKS, "id": queue_id})
    row = await cursor.fetchone()
    return row is not None and bool(row["leads"])


async def lock_queue(conn: Connection, queue_id: int) -> None:
    """Let no place take its turn until this transaction ends."""
    await conn.execute(load_sql(__package__, "lock_queue"), {"space": QUEUE_LOCKS, "id": queue_id})


async def hold_round(conn: Connection, queue_id: int) -> None:
    """Let no round begin until this transaction ends."""
    await conn.execute(load_sql(__package__, "lock_queue"), {"space": ROUND_LOCKS, "id": queue_id})


async def share_queues(conn: Connection, queue_ids: Sequence[int]) -> None:
    """Let no round call places, or find turns missed, until this transaction ends."""
    await conn.execute(load_sql(__package__, "share_queues"), {"space": QUEUE_LOCKS, "ids": sorted(queue_ids)})


async def freeze_queue(conn: Connection, queue_id: int, size: int, chain: bytes) -> None:
    """End the pre-queue with `size` entrants and their running hash."""
    await conn.execute(load_sql(__package__, "freeze_queue"), {"id": queue_id, "size": size, "chain": chain})


async def record_draw(conn: Connection, queue_id: int, draw_key: bytes) -> None:
    """Store the draw's key, once."""
    await conn.execute(load_sql(__package__, "record_draw"), {"id": queue_id, "draw_key": draw_key})


async def call_ranks(conn: Connection, queue: Queue, count: int) -> None:
    """Call the next `count` ranks. The caller has called `lock_queue`."""
    await conn.execute(
        load_sql(__package__, "call_ranks"),
        {
            "queue_id": queue.id,
            "from_rank": queue.serving,
            "upto_rank": queue.serving + count,
            "turn_seconds": queue.turn_seconds,
        },
    )


async def read_shown_capacity(conn: Connection) -> float:
    """Return the most checkouts a minute that any queue saw without overload in the last weeks; 0: none."""
    cursor = await conn.execute(load_sql(__package__, "read_shown_capacity"))
    row = await cursor.fetchone()
    assert row is not None
    return float(row["capacity"])


async def record_round(conn: Connection, queue: Queue) -> None:
    """Store what a round decided: serving, credit, paces, capacity, the unsold places, the switch."""
    await conn.execute(
        load_sql(__package__, "record_round"),
        {
            "id": queue.id,
            "serving": queue.serving,
            "round_at": queue.round_at,
            "credit": queue.credit,
            "outflow": queue.outflow_per_minute,
            "inflow": queue.inflow_per_minute,
            "inflow_size": queue.inflow_size,
            "capacity": queue.capacity_per_minute,
            "checkouts": queue.checkouts_per_minute,
            "shown": queue.shown_per_minute,
            "unsold": queue.unsold,
            "places_taken": queue.places_taken,
            "on_since": queue.on_since,
            "overload_since": queue.overload_since,
            "calm_since": queue.calm_since,
        },
    )


async def record_load(conn: Connection, process: str, load: Load) -> None:
    """Replace the record of one process."""
    await conn.execute(
        load_sql(__package__, "record_load"),
        {"process": process, "checkouts": load.checkouts, "shed": load.shed, "p95_ms": load.p95_ms},
    )


async def read_load(conn: Connection, seconds: float) -> Load:
    """Return the load of all processes; records older than `seconds` do not count."""
    cursor = await conn.execute(load_sql(__package__, "read_load"), {"seconds": seconds})
    row = await cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    return Load(row["checkouts"], row["shed"], row["p95_ms"])
