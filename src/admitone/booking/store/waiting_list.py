"""The waiting list of an event: entries in the order of arrival, and the places that are offered to them."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import EntryState, ListOrder, WaitingEntry
from admitone.booking.domain.waiting_list import FreePlace, Wish
from admitone.booking.store.booking_rows import stored_text
from admitone.booking.store.claims import people_key
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

Row = dict[str, Any]

OFFERABLE_MAX = 5_000
WAITING_MAX = 5_000
CLOSED_MAX = 500
# Live entries of one address block and event: an office, a school. A person has one a mailbox.
BLOCK_ENTRIES_MAX = 40


class JoinOutcome(Struct, frozen=True):
    """Won; `begins`: the list was empty before. Or lost: `live_id` is the buyer's live entry, made by `live_client`."""

    won: bool
    begins: bool
    live_id: str | None
    live_client: str | None
    within_limit: bool
    within_block: bool


class WaitingBuyer(Struct, frozen=True):
    """A wish, and whether its buyer may have this many more tickets."""

    wish: Wish
    buyer_key: str
    within_limit: bool


async def lock_list(conn: Connection, event_id: str) -> None:
    """Be the one process that offers places of the event, until the transaction ends."""
    await conn.execute(load_sql(__package__, "lock_waiting_list"), {"key": _list_key(event_id)})


async def insert_entry(
    conn: Connection,
    entry_id: str,
    order: ListOrder,
    *,
    buyer_key: str,
    client_key: str | None,
    block_key: str | None,
    ticket_limit: int,
) -> JoinOutcome:
    """Join the end of the list, in the caller's transaction; the list's lock is shared until it ends."""
    await conn.execute(load_sql(__package__, "share_waiting_list"), {"key": _list_key(order.event_id)})
    cursor = await conn.execute(
        load_sql(__package__, "insert_entry"),
        {
            "id": entry_id,
            "event_id": order.event_id,
            "buyer_key": buyer_key,
            "buyer_email": order.buyer_email,
            "buyer_name": order.buyer_name,
            "client_key": client_key,
            "block_key": block_key,
            "quantity": order.quantity,
            "level_id": order.price_level_id,
            "together": order.together,
            "limit": ticket_limit,
            "block_max": BLOCK_ENTRIES_MAX,
        },
    )
    row = await cursor.fetchone()
    assert row is not None, "one row is judged"
    return JoinOutcome(**row)


async def read_entry(conn: Connection, event_id: str, entry_id: str) -> WaitingEntry | None:
    """Return the entry as its booking stands now, before the sweep closes its offer."""
    cursor = await conn.execute(load_sql(__package__, "read_entry"), {"id": entry_id, "event_id": event_id})
    row = await cursor.fetchone()
    return None if row is None else _entry(row)


async def leave_list(conn: Connection, entry_id: str) -> bool:
    """Return whether the entry waited until now."""
    return await (await conn.execute(load_sql(__package__, "leave_list"), {"id": entry_id})).fetchone() is not None


async def close_offers(conn: Connection, ids: Sequence[str] | None = None) -> list[Row]:
    """Return {id, event_id, booking_id, state, buyer_email, buyer_name} of the entries that closed now."""
    arguments = {"ids": None if ids is None else list(ids), "rows_max": CLOSED_MAX}
    return await (await conn.execute(load_sql(__package__, "close_offers"), arguments)).fetchall()


async def list_offerable(conn: Connection, event_id: str) -> list[tuple[FreePlace, bool]]:
    """Return (place, whether it is withheld), withheld places first."""
    arguments = {"event_id": event_id, "rows_max": OFFERABLE_MAX}
    rows = await (await conn.execute(load_sql(__package__, "list_offerable"), arguments)).fetchall()
    return [(FreePlace(row["index"], row["level_id"], row["area_id"]), row["state"] == "w") for row in rows]


async def list_waiting(
    conn: Connection, event_id: str, *, levels: Sequence[str], places: int, ticket_limit: int
) -> list[WaitingBuyer]:
    """Return the entries that the free places may serve, in the order of arrival."""
    cursor = await conn.execute(
        load_sql(__package__, "list_waiting"),
        {
            "event_id": event_id,
            "levels": list(levels),
            "places": places,
            "ticket_limit": ticket_limit,
            "rows_max": WAITING_MAX,
        },
    )
    return [
        WaitingBuyer(
            Wish(row["id"], row["quantity"], row["level_id"], row["together"]), row["buyer_key"], row["within_limit"]
        )
        for row in await cursor.fetchall()
    ]


async def try_lock_buyers(conn: Connection, event_id: str, buyer_keys: Sequence[str]) -> set[str]:
    """Return the buyers whose limits no other transaction counts now; their locks are held until this one ends."""
    keys = {people_key(event_id, "buyer", buyer): buyer for buyer in buyer_keys}
    cursor = await conn.execute(load_sql(__package__, "try_lock_buyers"), {"keys": list(keys)})
    return {keys[row["key"]] for row in await cursor.fetchall()}


async def insert_offers(
    conn: Connection, offers: Sequence[tuple[str, Booking]], *, hold_seconds: int, ticket_limit: int
) -> list[Row]:
    """Make (entry id, booking) offers of one event.

    Return {id, event_id, booking_id, buyer_email, buyer_name, expires_at} of the entries that have one now.
    """
    bookings = [booking for _, booking in offers]
    first = bookings[0]
    cursor = await conn.execute(
        load_sql(__package__, "insert_offers"),
        {
            "event_id": first.event_id,
            "organization_id": first.organization_id,
            "currency": first.currency,
            "hold_seconds": hold_seconds,
            "ticket_limit": ticket_limit,
            "entries": [entry_id for entry_id, _ in offers],
            "ids": [booking.id for booking in bookings],
            "indexes": [f"{{{','.join(str(ticket.index) for ticket in booking.tickets)}}}" for booking in bookings],
            "tickets": [stored_text(booking.tickets) for booking in bookings],
            "subtotals": [booking.subtotal for booking in bookings],
            "fees": [booking.fees for booking in bookings],
            "wanted_bookings": [booking.id for booking in bookings for _ in booking.tickets],
            "wanted_indexes": [ticket.index for booking in bookings for ticket in booking.tickets],
        },
    )
    return await cursor.fetchall()


async def end_entries(conn: Connection, event_id: str, ids: Sequence[str] | None = None) -> list[Row]:
    """End entries that wait for nothing any more (`ids` None: all that wait).

    Return {id, event_id, buyer_email, buyer_name} of those that ended now.
    """
    arguments = {"event_id": event_id, "ids": None if ids is None else list(ids)}
    return await (await conn.execute(load_sql(__package__, "end_entries"), arguments)).fetchall()


async def release_withheld(conn: Connection, event_id: str, indexes: Sequence[int]) -> list[int]:
    """Put withheld places on sale to everybody; return those that are."""
    arguments = {"event_id": event_id, "indexes": list(indexes)}
    cursor = await conn.execute(load_sql(__package__, "release_withheld"), arguments)
    return [row["index"] for row in await cursor.fetchall()]


async def unmark_waiting(conn: Connection, event_id: str) -> bool:
    """Return whether the list became empty now. The caller has the list's lock."""
    cursor = await conn.execute(load_sql(__package__, "unmark_waiting"), {"event_id": event_id})
    return await cursor.fetchone() is not None


async def list_waited_events(conn: Connection) -> list[Row]:
    """Return {event_id, revision, counted_at, is_over, is_drawn}."""
    return await (await conn.execute(load_sql(__package__, "list_waited_events"))).fetchall()


async def list_offered_places(conn: Connection, ids: Sequence[str]) -> list[Row]:
    """Return {id, index, area_id, remaining_ms}: a row a place of the live offers among these bookings."""
    return await (await conn.execute(load_sql(__package__, "list_offered_places"), {"ids": list(ids)})).fetchall()


async def count_entries(conn: Connection, event_id: str) -> list[Row]:
    """Return {state, level_id, entries, tickets}."""
    return await (await conn.execute(load_sql(__package__, "count_entries"), {"event_id": event_id})).fetchall()


async def list_entries(
    conn: Connection, event_id: str, *, state: EntryState | None, size: int, skip: int
) -> list[WaitingEntry]:
    """Return one page, the first in the order first. Positions are not counted here."""
    cursor = await conn.execute(
        load_sql(__package__, "list_entries"),
        {"event_id": event_id, "state": None if state is None else state.value, "size": size, "skip": skip},
    )
    return [
        _entry({**row, "ahead": None, "is_open": True, "offer_status": None, "draw_at": None})
        for row in await cursor.fetchall()
    ]


def _list_key(event_id: str) -> int:
    return people_key(event_id, "waiting list", "")


def _entry(row: Row) -> WaitingEntry:
    return WaitingEntry(
        id=row["id"],
        event_id=row["event_id"],
        state=_state(row),
        quantity=row["quantity"],
        price_level_id=row["level_id"],
        together=row["together"],
        buyer_email=row["buyer_email"],
        buyer_name=row["buyer_name"],
        joined_at=row["joined_at"],
        position=None if row["ahead"] is None or row["draw_at"] is not None else row["ahead"] + 1,
        draw_at=row["draw_at"],
        drawn_rank=row["drawn_rank"],
        booking_id=row["booking_id"],
        offer_expires_at=row["offer_expires_at"],
    )


def _state(row: Row) -> EntryState:
    """The state as the booking has it: the sweep writes it down a moment later."""
    state = EntryState(row["state"])
    if state is not EntryState.OFFERED or row["is_open"]:
        return state
    if row["offer_status"] in ("confirmed", "partially_refunded", "refunded"):
        return EntryState.BOUGHT
    return EntryState.DECLINED if row["offer_status"] == "released" else EntryState.MISSED
