"""Queues: their state, and their settings from the catalogue and from the organizer."""

from collections.abc import Sequence
from typing import Any

import msgspec

from admitone.catalogue.contracts import EventStatus, SaleTerms, sale_end
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.waiting_room.domain.queue import Queue


async def project_events(conn: Connection, terms: Sequence[SaleTerms], seeds: Sequence[bytes]) -> dict[str, int]:
    """Store announced terms; return {event id: queue id} of the new queues."""
    cursor = await conn.execute(
        load_sql(__package__, "project_events"),
        {
            "events": [event.event_id for event in terms],
            "organizations": [event.organization_id for event in terms],
            "revisions": [event.revision for event in terms],
            "modes": [event.waiting_room.mode for event in terms],
            "opens": [_is_open(event) for event in terms],
            "pre_queues": [event.waiting_room.pre_queue_opens_at for event in terms],
            "on_sale": [event.on_sale_at for event in terms],
            "closes": [
                sale_end(starts_at=event.starts_at, ends_at=event.ends_at, off_sale_at=event.off_sale_at)
                for event in terms
            ],
            "max_active": [event.waiting_room.max_active for event in terms],
            "rates": [event.waiting_room.rate_per_minute for event in terms],
            "seeds": list(seeds),
        },
    )
    return {row["event_id"]: row["id"] for row in await cursor.fetchall()}


async def open_intakes(conn: Connection, chains: dict[int, bytes]) -> None:
    """Create the intakes of new queues; `chains`: the running hash of no entrants, by queue."""
    await conn.execute(load_sql(__package__, "open_intakes"), {"ids": list(chains), "chains": list(chains.values())})


async def known_events(conn: Connection, event_ids: Sequence[str]) -> set[str]:
    """Return those of these events that have a queue."""
    cursor = await conn.execute(load_sql(__package__, "known_events"), {"events": list(event_ids)})
    return {row["event_id"] for row in await cursor.fetchall()}


async def read_queues(conn: Connection, event_ids: Sequence[str]) -> dict[str, Queue]:
    """Return the queues of these events, by event; events that never had one are missing."""
    cursor = await conn.execute(load_sql(__package__, "read_queues"), {"events": list(event_ids)})
    return {row["event_id"]: msgspec.convert(row, Queue) for row in await cursor.fetchall()}


async def list_active(conn: Connection) -> list[str]:
    """Return the events whose queue has a round to make."""
    cursor = await conn.execute(load_sql(__package__, "list_active"))
    return [row["event_id"] for row in await cursor.fetchall()]


async def change_queue(conn: Connection, *, event_id: str, organization_id: str, changes: dict[str, Any]) -> bool:
    """Write the members of `changes`; return whether the queue is the organization's."""
    names = (
        "paused",
        "message",
        "shows_prices",
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


def _is_open(terms: SaleTerms) -> bool:
    return terms.published and terms.status in (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
