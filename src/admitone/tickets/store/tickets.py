"""Tickets after their sale: transfers and admission."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from psycopg.rows import DictRow

from admitone.booking.contracts import Admission
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.tickets.domain.ticket_id import TicketName


class TicketLife(Struct, frozen=True):
    """`version`: 1 until the first transfer, then one more with each."""

    version: int = 1
    holder_name: str | None = None
    admitted_at: datetime | None = None
    admitted_gate: str | None = None


async def read_ticket(conn: Connection, ticket_id: str, booking_id: str) -> TicketLife:
    """Return what happened to the ticket since this booking bought it."""
    cursor = await conn.execute(
        load_sql(__package__, "read_ticket"), {"ticket_id": ticket_id, "booking_id": booking_id}
    )
    row = await cursor.fetchone()
    return TicketLife(**row) if row else TicketLife()


async def list_unreturnable(conn: Connection, held: Sequence[tuple[str, str]]) -> set[str]:
    """Return those of the tickets (ticket id, booking id) that admitted a person, or that another person has by now."""
    arguments = {
        "ticket_ids": [ticket_id for ticket_id, _ in held],
        "booking_ids": [booking_id for _, booking_id in held],
    }
    cursor = await conn.execute(load_sql(__package__, "list_unreturnable"), arguments)
    return {row["ticket_id"] for row in await cursor.fetchall()}


async def read_tickets(conn: Connection, ticket_ids: Sequence[str], booking_id: str) -> dict[str, TicketLife]:
    """Return what happened to these tickets since this booking bought them, by id; the others are missing."""
    cursor = await conn.execute(
        load_sql(__package__, "read_tickets"), {"ticket_ids": list(ticket_ids), "booking_id": booking_id}
    )
    return {row.pop("ticket_id"): TicketLife(**row) for row in await cursor.fetchall()}


async def list_admitted(conn: Connection, event_id: str) -> dict[str, str | None]:
    """Return ticket → booking that had it, of the tickets of an event that admitted a person."""
    cursor = await conn.execute(load_sql(__package__, "list_admitted"), {"event_id": event_id})
    return {row["ticket_id"]: row["booking_id"] for row in await cursor.fetchall()}


async def count_admitted(conn: Connection, event_ids: Sequence[str]) -> dict[str, int]:
    """Return event → how many of its tickets have admitted a person, of the events where any has."""
    cursor = await conn.execute(load_sql(__package__, "count_admitted"), {"event_ids": list(event_ids)})
    return {row["event_id"]: row["admitted"] for row in await cursor.fetchall()}


async def admit_ticket(
    conn: Connection,
    ticket: TicketName,
    *,
    booking_id: str,
    version: int,
    gate: str,
    key_id: str,
    admitted_at: datetime,
) -> bool:
    """Return whether this scan admitted."""
    cursor = await conn.execute(
        load_sql(__package__, "admit_ticket"),
        {
            **_names(ticket),
            "booking_id": booking_id,
            "version": version,
            "gate": gate,
            "key_id": key_id,
            "admitted_at": admitted_at,
        },
    )
    return await cursor.fetchone() is not None


async def transfer_ticket(
    conn: Connection,
    ticket: TicketName,
    *,
    booking_id: str,
    version: int,
    holder_name: str,
    transferred_at: datetime,
) -> int | None:
    """Return the new version; None if the giver's is old, or the ticket was used."""
    cursor = await conn.execute(
        load_sql(__package__, "transfer_ticket"),
        {
            **_names(ticket),
            "booking_id": booking_id,
            "version": version,
            "holder_name": holder_name,
            "transferred_at": transferred_at,
        },
    )
    row = await cursor.fetchone()
    return None if row is None else int(row["version"])


async def name_tickets(
    conn: Connection, event_id: str, booking_id: str, names: Sequence[tuple[str, int, int, str]]
) -> set[str]:
    """Put names on tickets: (ticket id, index, the holder's version, name) each. Return the ids of those that have
    theirs now; the others were used, or have another version."""
    ticket_ids, indexes, versions, texts = (list(column) for column in zip(*names, strict=True))
    cursor = await conn.execute(
        load_sql(__package__, "name_tickets"),
        {
            "event_id": event_id,
            "booking_id": booking_id,
            "ticket_ids": ticket_ids,
            "indexes": indexes,
            "versions": versions,
            "names": texts,
        },
    )
    return {row["ticket_id"] for row in await cursor.fetchall()}


async def take_name(conn: Connection, ticket_id: str, booking_id: str) -> str | None:
    """Remove the guest's name from a ticket that the buyer has, and return it; None if it has none."""
    cursor = await conn.execute(load_sql(__package__, "take_name"), {"ticket_id": ticket_id, "booking_id": booking_id})
    row = await cursor.fetchone()
    return None if row is None else str(row["holder_name"])


async def list_changed_tickets(conn: Connection, event_id: str) -> list[DictRow]:
    """Return rows {index, booking_id, version, admitted_at} of transferred or admitted tickets."""
    cursor = await conn.execute(load_sql(__package__, "list_changed_tickets"), {"event_id": event_id})
    return await cursor.fetchall()


async def list_admissions(conn: Connection, booking_id: str, ticket_ids: Sequence[str]) -> list[Admission]:
    """Return the admissions under this booking, by time."""
    cursor = await conn.execute(
        load_sql(__package__, "list_admissions"), {"booking_id": booking_id, "ticket_ids": list(ticket_ids)}
    )
    return [Admission(**row) for row in await cursor.fetchall()]


def _names(ticket: TicketName) -> dict[str, object]:
    return {"ticket_id": ticket.ticket_id, "event_id": ticket.event_id, "index": ticket.index}
