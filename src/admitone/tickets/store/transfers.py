"""Offers of tickets to friends, and what organizers want of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql

State = Literal["offered", "accepted", "undone", "lapsed"]


class OfferedTicket(Struct, frozen=True):
    """`version`: the giver's."""

    ticket_id: str
    index: int
    version: int


class StoredTransfer(Struct, frozen=True):
    """`giver_id`: the booking, or the transfer by which the giver got the tickets. `holder_…`: who accepted."""

    id: str
    event_id: str
    booking_id: str
    giver_id: str
    friend: str
    friend_email: str | None
    state: State
    expires_at: datetime
    tickets: tuple[OfferedTicket, ...]
    holder_name: str | None = None
    holder_email: str | None = None
    form_key_hash: bytes | None = None


class StoredTerms(Struct, frozen=True):
    """`ends_at` None: transfers end when the event starts. `asks_names`: holders enter the names of guests."""

    is_allowed: bool = True
    ends_at: datetime | None = None
    shows_names: bool = False
    asks_names: bool = False


async def read_terms(conn: Connection, event_id: str) -> StoredTerms:
    row = await (await conn.execute(load_sql(__package__, "read_transfer_terms"), {"event_id": event_id})).fetchone()
    return StoredTerms(**row) if row else StoredTerms()


async def write_terms(conn: Connection, event_id: str, terms: StoredTerms) -> None:
    await conn.execute(
        load_sql(__package__, "write_transfer_terms"), {"event_id": event_id, **msgspec.structs.asdict(terms)}
    )


async def end_stale_offers(conn: Connection, ticket_ids: Sequence[str], booking_id: str, *, now: datetime) -> None:
    await conn.execute(
        load_sql(__package__, "end_stale_offers"),
        {"ticket_ids": list(ticket_ids), "booking_id": booking_id, "now": now},
    )


async def insert_transfer(conn: Connection, transfer: StoredTransfer, *, code_hash: bytes) -> None:
    """Raises `psycopg.errors.UniqueViolation` where one of the tickets is in an open offer."""
    await conn.execute(
        load_sql(__package__, "insert_transfer"),
        {
            "id": transfer.id,
            "event_id": transfer.event_id,
            "booking_id": transfer.booking_id,
            "giver_id": transfer.giver_id,
            "code_hash": code_hash,
            "friend": transfer.friend,
            "friend_email": transfer.friend_email,
            "expires_at": transfer.expires_at,
            "ticket_ids": [ticket.ticket_id for ticket in transfer.tickets],
            "indexes": [ticket.index for ticket in transfer.tickets],
            "versions": [ticket.version for ticket in transfer.tickets],
        },
    )


async def read_transfer(
    conn: Connection, *, transfer_id: str | None = None, code_hash: bytes | None = None, now: datetime
) -> StoredTransfer | None:
    cursor = await conn.execute(
        load_sql(__package__, "read_transfer"), {"id": transfer_id, "code_hash": code_hash, "now": now}
    )
    row = await cursor.fetchone()
    return None if row is None else _transfer(row)


async def list_given_transfers(
    conn: Connection, *, giver_id: str, booking_id: str, rows_max: int, now: datetime
) -> list[StoredTransfer]:
    cursor = await conn.execute(
        load_sql(__package__, "list_given_transfers"),
        {"giver_id": giver_id, "booking_id": booking_id, "rows_max": rows_max, "now": now},
    )
    return [_transfer(row) for row in await cursor.fetchall()]


async def accept_transfer(
    conn: Connection,
    transfer_id: str,
    *,
    holder_name: str,
    holder_email: str,
    form_key_hash: bytes | None,
    now: datetime,
) -> bool:
    """Return whether the offer was open, and is accepted now."""
    cursor = await conn.execute(
        load_sql(__package__, "accept_transfer"),
        {
            "id": transfer_id,
            "holder_name": holder_name,
            "holder_email": holder_email,
            "form_key_hash": form_key_hash,
            "now": now,
        },
    )
    return await cursor.fetchone() is not None


async def undo_transfer(conn: Connection, transfer_id: str, giver_id: str, *, now: datetime) -> bool:
    """Return whether the offer was this giver's and open, and is undone now."""
    cursor = await conn.execute(
        load_sql(__package__, "undo_transfer"), {"id": transfer_id, "giver_id": giver_id, "now": now}
    )
    return await cursor.fetchone() is not None


def _transfer(row: dict[str, Any]) -> StoredTransfer:
    return msgspec.convert({**row, "tickets": row["tickets"] or ()}, StoredTransfer)
