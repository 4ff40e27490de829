"""One refund that was decided on: tickets die and seats return in the commit that orders it."""

import hashlib
from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking
from admitone.booking.domain.refund_share import RefundShare
from admitone.booking.domain.refusals import BookingNotRefundable
from admitone.booking.store.refunds import refund_tickets
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.ids import new_id
from admitone.payments.contracts import RefundOrder

PUBLISH_JOB = "booking.publish_returns"


class RefundDecision(Struct, frozen=True):
    refund_id: str
    booking: Booking
    share: RefundShare
    return_seats: bool


async def apply_refund(deps: OrganizerDeps, wish: RefundDecision) -> Booking:
    """Return the booking after it.

    Raises `BookingNotRefundable`; and of payments `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
    """
    booking, indexes = wish.booking, _indexes(wish.share.tickets)
    async with deps.booking.pool.connection() as conn, conn.transaction():
        stored = await refund_tickets(
            conn,
            booking.id,
            organization_id=booking.organization_id,
            indexes=indexes,
            return_seats=wish.return_seats,
        )
        if stored is None:  # another refund was faster
            raise BookingNotRefundable(booking.status.value)
        if wish.share.amount > 0:
            order = RefundOrder(wish.refund_id, booking.id, wish.share.amount, wish.share.fees)
            await deps.order_refund(conn, order)
        if indexes:
            await deps.booking.defer(conn, PUBLISH_JOB, event_id=booking.event_id, indexes=indexes)
    return stored.booking


def refund_id_of(booking_id: str, request_key: str | None) -> str:
    """Made from the request's key where it has one: asked again after a lost answer, money goes back once."""
    if request_key is None:
        return new_id("rfd")
    return f"rfd_{hashlib.blake2b(f'{booking_id} {request_key}'.encode(), digest_size=16).hexdigest()}"


def _indexes(tickets: Sequence[BookedTicket]) -> list[int]:
    return [ticket.index for ticket in tickets]
