"""Queues: what is announced, what is drawn, what a round decides."""

from collections.abc import Sequence
from typing import Any

import msgspec

from admitone.catalogue.contracts import EventStatus, SaleTerms
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.waiting_room.domain.admission import Load
from admitone.waiting_room.domain.queue import Queue

# The first half of two-part advisory locks; the second is the queue's id.
QUEUE_LOCKS, ROUND_LOCKS = 0x77726C, 0x777272


async def project_events(conn: Connection, terms: Sequence[SaleTerms], seeds: Sequence[bytes]) -> dict[str, int]:
    """Take over announced terms; return {event id: queue id} of the queues that are new."""
    cursor = await conn.execute(
        load_sql(__package__, "project_events"),
        {
            "events": [event_terms.event_id for event_terms in terms],
            "organizations": [event_terms.organization_id for event_terms in terms],
            "revisions": [event_terms.revision for event_terms in terms],
            "modes": [event_terms.waiting_room.mode for event_terms in terms],
            "opens": [_is_open(event_terms) for event_terms in terms],
            "pre_queues": [event_terms.waiting_room.pre_queue_opens_at for event_terms in terms],
            "on_sale": [event_terms.on_sale_at for event_terms in terms],
            "closes": [event_terms.off_sale_at or event_terms.starts_at for event_terms in terms],
            "max_active": [event_terms.waiting_room.max_active for event_terms in terms],
            "rates": [event_terms.waiting_room.rate_per_minute for event_terms in terms],
            "seeds": list(seeds),
        },
    )
    return {row["event_id"]: row["id"] for row in await cursor.fetchall()}


async def open_intakes(conn: Connection, chains: dict[int, bytes]) -> None:
    """Begin the lines of new queues; `chains`: the running hash of nobody, by queue."""
    await conn.execute(load_sql(__package__, "open_intakes"), {"ids": list(chains), "chains": list(chains.values())})


async def known_events(conn: Connection, event_ids: Sequence[str]) -> set[str]:
    cursor = await conn.execute(load_sql(__package__, "known_events"), {"events": list(event_ids)})
    return {row["event_id"] for row in await cursor.fetchall()}


async def read_queues(conn: Connection, event_ids: Sequence[str]) -> dict[str, Queue]:
    """Return the queues of these events, by event; events that never had one are missing."""
    cursor = await conn.execute(load_sql(__package__, "read_queues"), {"events": list(event_ids)})
    return {row["event_id"]: msgspec.convert(row, Queue) for row in await cursor.fetchall()}


async def list_active(conn: Connection) -> list[str]:
    cursor = await conn.execute(load_sql(__package__, "list_active"))
    return [row["event_id"] for row in await cursor.fetchall()]


async def lead_round(conn: Connection, queue_id: int) -> bool:
    """Whether this transaction makes the queue's round; at most one does at a time."""
    cursor = await conn.execute(load_sql(__package__, "lead_round"), {"space": ROUND_LOCKS, "id": queue_id})
    row = await cursor.fetchone()
    return row is not None and bool(row["leads"])


async def lock_queue(conn: Connection, queue_id: int) -> None:
    """Let nobody take a turn until this transaction ends."""
    await conn.execute(load_sql(__package__, "lock_queue"), {"space": QUEUE_LOCKS, "id": queue_id})


async def hold_round(conn: Connection, queue_id: int) -> None:
    """Let no round be made until this transaction ends."""
    await conn.execute(load_sql(__package__, "lock_queue"), {"space": ROUND_LOCKS, "id": queue_id})


async def share_queues(conn: Connection, queue_ids: Sequence[int]) -> None:
    """Let nobody be called, and no turn be missed, until this transaction ends."""
    await conn.execute(load_sql(__package__, "share_queues"), {"space": QUEUE_LOCKS, "ids": sorted(queue_ids)})


async def freeze_queue(conn: Connection, queue_id: int, size: int, chain: bytes) -> None:
    await conn.execute(load_sql(__package__, "freeze_queue"), {"id": queue_id, "size": size, "chain": chain})


async def record_draw(conn: Connection, queue_id: int, draw_key: bytes) -> None:
    await conn.execute(load_sql(__package__, "record_draw"), {"id": queue_id, "draw_key": draw_key})


async def call_ranks(conn: Connection, queue: Queue, count: int) -> None:
    """Call the next `count` ranks. The caller holds the queue's lock."""
    await conn.execute(
        load_sql(__package__, "call_ranks"),
        {
            "queue_id": queue.id,
            "from_rank": queue.serving,
            "upto_rank": queue.serving + count,
            "turn_seconds": queue.turn_seconds,
        },
    )


async def record_round(conn: Connection, queue: Queue) -> None:
    """Write what a round decides: serving, credit, paces, capacity, what is unsold, the switch."""
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
            "unsold": queue.unsold,
            "places_taken": queue.places_taken,
            "on_since": queue.on_since,
            "overload_since": queue.overload_since,
            "calm_since": queue.calm_since,
        },
    )


async def change_queue(conn: Connection, *, event_id: str, organization_id: str, changes: dict[str, Any]) -> bool:
    """Write the members of `changes` that are there; return whether the queue is the organization's."""
    names = (
        "paused",
        "message",
        "rate_per_minute",
        "max_active",
        "turn_seconds",
        "pass_seconds",
        "proof_above_per_minute",
        "beacon_value",
    )
    values: dict[str, Any] = {f"has_{name}": name in changes for name in names}
    values |= {name: changes.get(name) for name in names}
    beacon = changes.get("beacon")
    values |= {"has_beacon": "beacon" in changes, "beacon_name": None, "beacon_round": None}
    if beacon is not None:
        values |= {"beacon_name": beacon[0], "beacon_round": beacon[1]}
    cursor = await conn.execute(
        load_sql(__package__, "change_queue"), {**values, "event_id": event_id, "organization_id": organization_id}
    )
    return await cursor.fetchone() is not None


async def record_load(conn: Connection, process: str, load: Load) -> None:
    await conn.execute(
        load_sql(__package__, "record_load"),
        {"process": process, "checkouts": load.checkouts, "shed": load.shed, "p95_ms": load.p95_ms},
    )


async def read_load(conn: Connection, seconds: float) -> Load:
    cursor = await conn.execute(load_sql(__package__, "read_load"), {"seconds": seconds})
    row = await cursor.fetchone()
    assert row is not None, "an aggregate has a row"
    return Load(row["checkouts"], row["shed"], row["p95_ms"])


def _is_open(terms: SaleTerms) -> bool:
    return terms.published and terms.status in (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
