"""A cancelled event: everybody who bought gets all of it back, however often the sweep dies in between."""

from collections.abc import AsyncIterator

import structlog

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refund_share import refund_share
from admitone.booking.store import organizer_inventory as store
from admitone.booking.usecases.apply_refund import RefundDecision, apply_refund, refund_id_of
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.crash_points import crash_point
from admitone.kit.refusal import Refusal

log = structlog.get_logger(__name__)

CHUNK = 200
# The same for every sweep: a booking is given back once, whichever of them came to it.
SWEEP_KEY = "the event was cancelled"
BOUGHT = (BookingStatus.CONFIRMED, BookingStatus.PARTIALLY_REFUNDED)
_STAYS_SO = frozenset({"payment-disputed", "refund-exceeds-payment", "booking-not-refundable"})


class RefundsOutstanding(Exception):
    """Some payments are not captured yet; the job is to be tried again."""


async def refund_event(deps: OrganizerDeps, *, organization_id: str, event_id: str) -> None:
    """Refund what is not yet refunded, each booking in a commit of its own: begun again, it goes on where it stopped.

    What a bank decides, or is back already, is passed by. Raises `RefundsOutstanding`.
    """
    outstanding = 0
    async for booking in _bought(deps, organization_id, event_id):
        try:
            await _refund(deps, booking)
        except Refusal as refusal:
            if refusal.code not in _STAYS_SO:
                outstanding += 1
            log.info("not refunded", booking_id=booking.id, code=refusal.code)
        crash_point("booking.refund_swept")
    if outstanding:
        raise RefundsOutstanding(f"{outstanding} of {event_id}")


async def _refund(deps: OrganizerDeps, booking: Booking) -> None:
    earlier = await deps.list_refunds(booking.id)
    share = refund_share(
        booking,
        ticket_ids=None,
        amount=None,
        refund_fees=True,
        given_back=sum(refund.amount for refund in earlier if refund.status in ("pending", "succeeded")),
    )
    await apply_refund(deps, RefundDecision(refund_id_of(booking.id, SWEEP_KEY), booking, share, return_seats=False))


async def _bought(deps: OrganizerDeps, organization_id: str, event_id: str) -> AsyncIterator[Booking]:
    for status in BOUGHT:
        before_id: str | None = None
        while True:
            async with deps.booking.pool.connection() as conn:
                chunk = await store.list_bookings(
                    conn, organization_id, event_id, status=status.value, before_id=before_id, size=CHUNK
                )
            for entry in chunk:
                yield entry.booking
            if len(chunk) < CHUNK:
                break
            before_id = chunk[-1].booking.id
