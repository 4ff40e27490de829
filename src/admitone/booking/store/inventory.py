"""Sales and their tickets: the issued inventory, the last load into Redis, the availability."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.booking.domain.inventory import Place
from admitone.booking.store.hold_backs import delete_withdrawn_holds
from admitone.catalogue.contracts import SaleTerms, sale_end
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]


class Inventory(Struct, frozen=True):
    """`issued_digest`: of the inventory that tickets were issued for; None: no tickets yet."""

    event_id: str
    revision: int
    terms: SaleTerms
    issued_digest: str | None
    epoch: int
    has_waiting: bool = False
    """People are on the waiting list of the event."""


async def project_events(
    conn: Connection, terms: Sequence[SaleTerms], capacities: Sequence[int], opens: Sequence[bool]
) -> list[str]:
    """Store terms; return the ids of events whose terms were new."""
    sections = [{area.id: area.capacity for area in event_terms.areas} for event_terms in terms]
    cursor = await conn.execute(
        load_sql(__package__, "project_events"),
        {
            "events": [event_terms.event_id for event_terms in terms],
            "organizations": [event_terms.organization_id for event_terms in terms],
            "revisions": [event_terms.revision for event_terms in terms],
            "opens": list(opens),
            "on_sale": [event_terms.on_sale_at for event_terms in terms],
            "off_sale": [
                sale_end(
                    starts_at=event_terms.starts_at,
                    ends_at=event_terms.ends_at,
                    off_sale_at=event_terms.off_sale_at,
                )
                for event_terms in terms
            ],
            "terms": [msgspec.json.encode(event_terms).decode() for event_terms in terms],
            "capacities": list(capacities),
            "sections": [msgspec.json.encode(section).decode() for section in sections],
        },
    )
    return [row["event_id"] for row in await cursor.fetchall()]


async def list_outdated_inventories(conn: Connection, digests: Mapping[str, str]) -> list[str]:
    """Event id → digest of its current terms. Return the events whose tickets were issued for another inventory."""
    cursor = await conn.execute(
        load_sql(__package__, "list_outdated_inventories"),
        {"events": list(digests), "digests": list(digests.values())},
    )
    return [row["event_id"] for row in await cursor.fetchall()]


async def read_inventory(conn: Connection, event_id: str, *, lock: bool = False) -> Inventory | None:
    """Return a sale, locked until the transaction ends if asked."""
    statement = load_sql(__package__, "lock_inventory" if lock else "read_inventory")
    cursor = await conn.execute(statement, {"event_id": event_id})
    row = await cursor.fetchone()
    if row is None:
        return None
    terms = msgspec.convert(row["terms"], SaleTerms)
    return Inventory(row["event_id"], row["revision"], terms, row["layout"], row["epoch"], row["has_waiting"])


async def issue_tickets(conn: Connection, event_id: str, places: Sequence[Place], layout: str) -> None:
    """Issue the tickets of an event for `places`; claimed and sold ones stay. In the caller's transaction."""
    indexes = [place.index for place in places]
    await conn.execute(
        load_sql(__package__, "issue_tickets"),
        {
            "event_id": event_id,
            "indexes": indexes,
            "levels": [place.level_id for place in places],
            "areas": [place.area_id for place in places],
            "states": [place.state for place in places],
        },
    )
    await conn.execute(load_sql(__package__, "withdraw_tickets"), {"event_id": event_id, "indexes": indexes})
    await delete_withdrawn_holds(conn, event_id)
    capacity = sum(place.state == "a" for place in places)
    await conn.execute(
        load_sql(__package__, "set_inventory_digest"), {"event_id": event_id, "layout": layout, "capacity": capacity}
    )


async def raise_epoch(conn: Connection, event_id: str) -> int:
    cursor = await conn.execute(load_sql(__package__, "raise_epoch"), {"event_id": event_id})
    row = await cursor.fetchone()
    assert row is not None, "the sale's row is locked by the caller"
    epoch: int = row["epoch"]
    return epoch


async def read_places(conn: Connection, event_id: str) -> list[Row]:
    """Return {index, level_id, area_id, state} of every place in index order."""
    cursor = await conn.execute(load_sql(__package__, "read_places"), {"event_id": event_id})
    return await cursor.fetchall()


async def read_places_at(conn: Connection, event_id: str, indexes: Sequence[int]) -> list[Row]:
    """Return {index, area_id, state} of some places in index order."""
    cursor = await conn.execute(
        load_sql(__package__, "read_places_at"), {"event_id": event_id, "indexes": list(indexes)}
    )
    return await cursor.fetchall()


async def read_live_claims(conn: Connection, event_id: str) -> list[Row]:
    """Return {id, status, indexes, remaining_ms} of live claims."""
    cursor = await conn.execute(load_sql(__package__, "read_live_claims"), {"event_id": event_id})
    return await cursor.fetchall()


async def read_availability(conn: Connection, events: Sequence[str]) -> list[Row]:
    cursor = await conn.execute(load_sql(__package__, "read_availability"), {"events": list(events)})
    return await cursor.fetchall()


async def read_touched_inventories(conn: Connection, *, since: datetime, until: datetime) -> list[Row]:
    cursor = await conn.execute(load_sql(__package__, "read_touched_inventories"), {"since": since, "until": until})
    return await cursor.fetchall()


async def count_available(
    conn: Connection, event_id: str, available: int, sections: Mapping[str, int], *, sold_out_levels: Sequence[str]
) -> None:
    await conn.execute(
        load_sql(__package__, "count_available"),
        {
            "event_id": event_id,
            "available": available,
            "sections": msgspec.json.encode(sections).decode(),
            "sold_out_levels": list(sold_out_levels),
        },
    )


async def read_sold_out_levels(conn: Connection, event_id: str) -> list[str]:
    """Return the ids of the price levels without an available place at the last count."""
    cursor = await conn.execute(load_sql(__package__, "read_sold_out_levels"), {"event_id": event_id})
    row = await cursor.fetchone()
    return [] if row is None else list(row["sold_out_levels"])


async def record_sold_out(conn: Connection, event_id: str) -> datetime | None:
    """Return when the last place was sold, once, at the call that finds it; else None."""
    cursor = await conn.execute(load_sql(__package__, "record_sold_out"), {"event_id": event_id})
    row = await cursor.fetchone()
    return None if row is None else row["sold_out_at"]


async def read_published_terms(conn: Connection, events: Sequence[str]) -> dict[str, SaleTerms]:
    """Return the terms by event id, of events whose seats were shown at least once."""
    cursor = await conn.execute(load_sql(__package__, "read_published_terms"), {"events": list(events)})
    return {row["event_id"]: msgspec.convert(row["terms"], SaleTerms) for row in await cursor.fetchall()}


async def has_sales(conn: Connection, events: Sequence[str]) -> bool:
    cursor = await conn.execute(load_sql(__package__, "has_sales"), {"events": list(events)})
    row = await cursor.fetchone()
    return row is not None and bool(row["found"])


async def list_resold(conn: Connection, event_id: str) -> list[Row]:
    """Return {index, booking_id, sold_at} of sold places that another booking had before."""
    return await (await conn.execute(load_sql(__package__, "list_resold"), {"event_id": event_id})).fetchall()


async def list_sold_indexes(conn: Connection, event_id: str) -> list[int]:
    cursor = await conn.execute(load_sql(__package__, "list_sold_indexes"), {"event_id": event_id})
    return [row["index"] for row in await cursor.fetchall()]
