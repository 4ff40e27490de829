"""What is stored of one person, as JSON: the export, the preview of an erasure, its outcome."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from admitone.booking.domain.erasure import Obstacle
from admitone.booking.schemas.booking import Email
from admitone.booking.usecases.personal_data import Erasure, PersonData


class PersonIn(Struct, frozen=True, forbid_unknown_fields=True):
    """The address is compared without its case."""

    email: Email


class ErasureIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`also_upcoming`: erase although a show is to come."""

    email: Email
    also_upcoming: bool = False


class ObstacleOut(Struct, frozen=True):
    """`reason`: held, payment_open, refund_pending, dispute_open, or event_ahead, which `also_upcoming` ignores."""

    booking_id: str
    event_id: str
    reason: str
    starts_at: datetime | None


class StoredBookingOut(Struct, frozen=True):
    booking_id: str
    event_id: str
    status: str
    buyer_email: str
    buyer_name: str | None
    created_at: datetime


class StoredPersonOut(Struct, frozen=True):
    """Numbers of rows by table, and the bookings. `person` stands for the address in the audit trail."""

    person: str
    bookings: list[StoredBookingOut]
    rows: dict[str, int]
    obstacles: list[ObstacleOut]


class ErasureOut(Struct, frozen=True):
    """`rows`: changed rows by table. Not `is_whole`: rows that are in use have the address; repeat the request."""

    person: str
    rows: dict[str, int]
    is_whole: bool


def stored_person_out(found: PersonData) -> StoredPersonOut:
    bookings = [
        StoredBookingOut(
            booking_id=row["id"],
            event_id=row["event_id"],
            status=row["status"],
            buyer_email=row["buyer_email"],
            buyer_name=row["buyer_name"],
            created_at=row["created_at"],
        )
        for row in found.bookings
    ]
    rows = {name: len(stored) for name, stored in _tables(found).items()}
    return StoredPersonOut(found.reference, bookings, rows, [_obstacle_out(obstacle) for obstacle in found.obstacles])


def erasure_out(erased: Erasure) -> ErasureOut:
    return ErasureOut(erased.data.reference, erased.rows, erased.is_whole)


def person_document(found: PersonData, *, exported_at: datetime) -> bytes:
    """Return all that is stored of the person, as indented JSON."""
    document = {"address": found.address, "exported_at": exported_at, **_tables(found), **found.sign_ins}
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _tables(found: PersonData) -> dict[str, list[dict[str, Any]]]:
    return {
        "bookings": found.bookings,
        "agreements": found.agreements,
        "waiting_list_entries": found.waiting_list_entries,
        "promo_codes": found.promo_codes,
        "transfers": found.transfers,
        "tickets": found.tickets,
        "payments": found.payments,
        "mails": found.mails,
    }


def _obstacle_out(obstacle: Obstacle) -> ObstacleOut:
    return ObstacleOut(obstacle.booking_id, obstacle.event_id, obstacle.reason.value, obstacle.starts_at)
