"""Direct sales by the organizer, one booking per statement."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.booking.store.booking_rows import stored_text
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class BoxOfficeClaim(Struct, frozen=True):
    """A booking to sell at once. `sold_by`: the API key's id; the digests: of the request's key and body."""

    booking: Booking
    sold_by: str
    idempotency_key: bytes
    request_hash: bytes


class BoxOfficeOutcome(Struct, frozen=True):
    """`confirmed_at` None: nothing was sold, because of `taken` (indexes, ascending)."""

    confirmed_at: datetime | None
    taken: tuple[int, ...]


async def pick_box_office_places(
    conn: Connection, event_id: str, area_id: str, *, first_state: str, quantity: int
) -> list[int]:
    """Return at most `quantity` indexes, those in `first_state` before the others."""
    cursor = await conn.execute(
        load_sql(__package__, "pick_box_office_places"),
        {"event_id": event_id, "area_id": area_id, "first_state": first_state, "quantity": quantity},
    )
    return [row["index"] for row in await cursor.fetchall()]


async def sell_at_box_office(conn: Connection, claim: BoxOfficeClaim) -> BoxOfficeOutcome:
    """Sell all places of the booking or none, in the caller's transaction, which has locked the sale."""
    booking = claim.booking
    assert booking.box_office_payment is not None, "sold by the organizer"
    cursor = await conn.execute(
        load_sql(__package__, "sell_at_box_office"),
        {
            "id": booking.id,
            "event_id": booking.event_id,
            "organization_id": booking.organization_id,
            "indexes": sorted_indexes(booking),
            "tickets": stored_text(booking.tickets),
            "subtotal": booking.subtotal - booking.discount,
            "fees": booking.fees,
            "currency": booking.currency,
            "email": booking.buyer_email,
            "name": booking.buyer_name,
            "counter_payment": booking.box_office_payment.value,
            "sold_by": claim.sold_by,
            "idempotency_key": claim.idempotency_key,
            "request_hash": claim.request_hash,
        },
    )
    row = await cursor.fetchone()
    assert row is not None, "it answers with one row"
    return BoxOfficeOutcome(row["confirmed_at"], tuple(row["taken"]))


def sorted_indexes(booking: Booking) -> Sequence[int]:
    return sorted(ticket.index for ticket in booking.tickets)
