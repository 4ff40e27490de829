"""Scans that gates made offline, and the admissions that follow from all scans."""

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from psycopg.rows import DictRow

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.tickets.domain.offline_scan import Clock, JudgedScan
from admitone.tickets.domain.ticket_id import TicketName


class LockedTicket(Struct, frozen=True):
    """`transferred_at`: when it got this version; None: never, or before this column existed."""

    version: int
    transferred_at: datetime | None


class KnownScan(Struct, frozen=True):
    """A stored scan. `is_first`: it admitted; `admitted_at` and `admitted_gate` are the ticket's."""

    scan_id: str
    ticket_id: str | None
    verdict: str
    reason: str | None
    clock: Clock | None
    digest: bytes
    is_first: bool
    holder_name: str | None
    admitted_at: datetime | None
    admitted_gate: str | None


async def lock_tickets(
    conn: Connection, event_id: str, tickets: Collection[tuple[TicketName, str]]
) -> dict[str, LockedTicket]:
    """Lock tickets until the transaction ends; return them by id. `tickets`: each with its current booking."""
    cursor = await conn.execute(
        load_sql(__package__, "lock_tickets"),
        {
            "event_id": event_id,
            "ticket_ids": [ticket.ticket_id for ticket, _ in tickets],
            "indexes": [ticket.index for ticket, _ in tickets],
            "booking_ids": [booking_id for _, booking_id in tickets],
        },
    )
    return {row["ticket_id"]: LockedTicket(row["version"], row["transferred_at"]) for row in await cursor.fetchall()}


async def insert_scans(
    conn: Connection, event_id: str, device: str, scans: Sequence[JudgedScan], *, key_id: str
) -> None:
    """Store each scan once, by its id; `scans` has each id once."""
    await conn.execute(
        load_sql(__package__, "insert_scans"),
        {
            "event_id": event_id,
            "device": device,
            "received_by": key_id,
            "scan_ids": [scan.scan_id for scan in scans],
            "ticket_ids": [scan.ticket.ticket_id if scan.ticket else None for scan in scans],
            "booking_ids": [scan.booking_id for scan in scans],
            "gates": [scan.gate for scan in scans],
            "scanned_ats": [scan.scanned_at for scan in scans],
            "verdicts": [scan.verdict for scan in scans],
            "reasons": [scan.reason for scan in scans],
            "codes": [scan.code if scan.verdict == "unknown" else None for scan in scans],
            "digests": [scan.digest for scan in scans],
            "clocks": [scan.clock for scan in scans],
            "device_times": [scan.device_time for scan in scans],
        },
    )


async def settle_admissions(conn: Connection, event_id: str, ticket_ids: Collection[str]) -> None:
    """Let the first valid scan of each ticket admit. The caller has locked them."""
    await conn.execute(
        load_sql(__package__, "settle_admissions"),
        {"event_id": event_id, "ticket_ids": list(ticket_ids)},
    )


async def read_scans(conn: Connection, event_id: str, device: str, scan_ids: Collection[str]) -> dict[str, KnownScan]:
    """Return the stored ones by their ids."""
    cursor = await conn.execute(
        load_sql(__package__, "read_scans"), {"event_id": event_id, "device": device, "scan_ids": list(scan_ids)}
    )
    return {row["scan_id"]: KnownScan(**row) for row in await cursor.fetchall()}


async def list_conflicts(conn: Connection, event_id: str, *, size: int, skip: int) -> list[DictRow]:
    """Return rows {kind, ticket_id, scans, total}."""
    cursor = await conn.execute(
        load_sql(__package__, "list_conflicts"), {"event_id": event_id, "size": size, "skip": skip}
    )
    return await cursor.fetchall()
