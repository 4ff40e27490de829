"""Refunds by the organizer, of one booking or of a cancelled event: the transaction that orders the refund also voids
the tickets and returns the seats."""

from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from msgspec import Struct

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refund_share import RefundShare, refund_share
from admitone.booking.domain.refusals import BookingNotRefundable, EventNotCancelled
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.organizer_bookings import BookingFilter, count_bookings, list_bookings
from admitone.booking.store.refund_decisions import MadeBy, insert_decision
from admitone.booking.store.refunds import refund_tickets
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.made_refunds import RefundMade, read_own_booking, read_refunds, refund_id_of
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import check_own_event, read_sale_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB
from admitone.catalogue.contracts import EventStatus
from admitone.kit.crash_points import crash_point
from admitone.kit.money import step_fault
from admitone.kit.postgres import Connection
from admitone.kit.refusal import InvalidBody, Refusal
from admitone.payments.contracts import RefundOrder

log = structlog.get_logger(__name__)

REFUND_EVENT_JOB = "booking.refund_event"
CHUNK = 200
# The request key of every sweep: a booking is refunded once, whichever sweep reaches it.
SWEEP_KEY = "the event was cancelled"
BOUGHT = (BookingStatus.CONFIRMED, BookingStatus.PARTIALLY_REFUNDED)
Check = Callable[[Connection], Awaitable[None]]
_STAYS_SO = frozenset({"payment-disputed", "refund-exceeds-payment", "booking-not-refundable"})


class RefundsOutstanding(Exception):
    """Some payments are not captured yet: the queue attempts the job again."""


class RefundRequest(Struct, frozen=True):
    """Amounts in minor units.

    `ticket_ids` None and `amount` None: all of it. `amount` alone: money only, the tickets stay valid.
    `refund_fees`: whether to refund the fees of the tickets too, if there is no `amount`.
    """

    ticket_ids: tuple[str, ...] | None = None
    amount: int | None = None
    return_seats: bool = True
    refund_fees: bool = True


class RefundDecision(Struct, frozen=True):
    """A refund to make."""

    refund_id: str
    booking: Booking
    share: RefundShare
    return_seats: bool
    made_by: MadeBy = "organizer"


async def refund_booking(
    deps: OrganizerDeps, *, organization_id: str, booking_id: str, request_key: str | None, request: RefundRequest
) -> RefundMade:
    """Return the booking after it, and the refund on its way. The same `request_key` again is the same refund.

    Raises `BookingNotFound` (also another organization's), `BookingNotRefundable`,
    `UnknownTickets`, `RefundNeedsTickets`, `InvalidBody` (an amount that cannot be charged);
    and of payments `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
    """
    booking = await read_own_booking(deps, organization_id, booking_id)
    if request.amount is not None and (fault := step_fault(request.amount, booking.currency)) is not None:
        raise InvalidBody([("/amount", fault)])
    refund_id = refund_id_of(booking_id, request_key)
    earlier = await read_refunds(deps, booking_id)
    if earlier.has(refund_id):
        return RefundMade(booking, earlier.find(refund_id))
    if booking.status not in BOUGHT:
        raise BookingNotRefundable(booking.status.value)
    share = _share(booking, request, earlier.given_back)
    booking = await apply_refund(deps, RefundDecision(refund_id, booking, share, return_seats=request.return_seats))
    crash_point("booking.refunded")
    return RefundMade(booking, (await read_refunds(deps, booking_id)).find(refund_id))


async def preview_refund(
    deps: OrganizerDeps, *, organization_id: str, booking_id: str, request: RefundRequest
) -> tuple[Booking, RefundShare, int]:
    """Return the booking, what this refund would return, and what went back before; change nothing.

    Raises `BookingNotFound`, `BookingNotRefundable`, `UnknownTickets`, `RefundNeedsTickets`, `InvalidBody`.
    """
    booking = await read_own_booking(deps, organization_id, booking_id)
    if request.amount is not None and (fault := step_fault(request.amount, booking.currency)) is not None:
        raise InvalidBody([("/amount", fault)])
    if booking.status not in BOUGHT:
        raise BookingNotRefundable(booking.status.value)
    given_back = (await read_refunds(deps, booking_id)).given_back
    return booking, _share(booking, request, given_back), given_back


async def order_event_refunds(deps: OrganizerDeps, *, organization_id: str, event_id: str) -> int:
    """Refund every booking of a cancelled event by a job. Return how many have something to refund now.

    A repeated order refunds nothing twice. Raises `EventNotFound` (also another organization's), `EventNotCancelled`.
    """
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
    plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
    if plan.terms.status is not EventStatus.CANCELLED:
        raise EventNotCancelled
    async with deps.booking.pool.connection() as conn, conn.transaction():
        count = 0
        for status in BOUGHT:
            count += await count_bookings(conn, BookingFilter(organization_id, event_id, status.value))
        await deps.booking.defer(conn, REFUND_EVENT_JOB, organization_id=organization_id, event_id=event_id)
    return count


async def refund_event(deps: OrganizerDeps, *, organization_id: str, event_id: str) -> None:
    """Refund the remaining bookings, each in its own commit, so that a job can resume after a crash.

    Bookings in dispute, or refunded already, are skipped. Raises `RefundsOutstanding`.
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
    share = _share(booking, RefundRequest(), (await read_refunds(deps, booking.id)).given_back)
    await apply_refund(deps, RefundDecision(refund_id_of(booking.id, SWEEP_KEY), booking, share, return_seats=False))


async def _bought(deps: OrganizerDeps, organization_id: str, event_id: str) -> AsyncIterator[Booking]:
    for status in BOUGHT:
        before_id: str | None = None
        asked = BookingFilter(organization_id, event_id, status.value)
        while True:
            async with deps.booking.pool.connection() as conn:
                chunk = await list_bookings(conn, asked, before_id=before_id, size=CHUNK)
            for entry in chunk:
                yield entry.booking
            if len(chunk) < CHUNK:
                break
            before_id = chunk[-1].booking.id


async def apply_refund(deps: OrganizerDeps, wish: RefundDecision, *, check: Check | None = None) -> Booking:
    """Refund the tickets, return their seats and order the refund in one transaction; return the booking after it.

    The same refund again changes nothing. `check` runs in the transaction before the tickets are refunded.

    Raises `BookingNotRefundable`; and of payments `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
    """
    booking, indexes = wish.booking, [ticket.index for ticket in wish.share.tickets]
    async with deps.booking.pool.connection() as conn, conn.transaction():
        if not await insert_decision(conn, wish.refund_id, booking.id, made_by=wish.made_by, indexes=indexes):
            again = await read_booking(conn, booking.id)
            assert again is not None, "a refund of it was decided"
            return again.booking
        if check is not None:
            await check(conn)
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
            await deps.booking.defer(conn, SHOW_PLACES_JOB, event_id=booking.event_id, indexes=indexes)
        if stored.is_withheld:
            await deps.booking.defer(conn, OFFER_JOB, event_id=booking.event_id)
    return stored.booking


def _share(booking: Booking, request: RefundRequest, given_back: int) -> RefundShare:
    return refund_share(
        booking,
        ticket_ids=request.ticket_ids,
        amount=request.amount,
        refund_fees=request.refund_fees,
        given_back=given_back,
    )
