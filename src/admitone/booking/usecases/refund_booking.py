"""The organizer gives money back: tickets die and seats return in the commit that orders the refund."""

from msgspec import Struct

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.refund_share import refund_share
from admitone.booking.domain.refusals import BookingNotFound, BookingNotRefundable
from admitone.booking.store.bookings import read_booking
from admitone.booking.usecases.apply_refund import RefundDecision, apply_refund, refund_id_of
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.crash_points import crash_point
from admitone.kit.money import step_fault
from admitone.kit.refusal import InvalidBody
from admitone.payments.contracts import RefundView


class RefundRequest(Struct, frozen=True):
    """Amounts in minor units.

    `ticket_ids` None and `amount` None: all of it. `amount` alone: money only, the tickets stay valid.
    `refund_fees`: whether the fees of the tickets go back too, where no amount says otherwise.
    """

    ticket_ids: tuple[str, ...] | None = None
    amount: int | None = None
    return_seats: bool = True
    refund_fees: bool = True


class RefundMade(Struct, frozen=True):
    """`refund` None: nothing was paid for these tickets, nothing goes back."""

    booking: Booking
    refund: RefundView | None


async def refund_booking(
    deps: OrganizerDeps, *, organization_id: str, booking_id: str, request_key: str | None, request: RefundRequest
) -> RefundMade:
    """Return the booking after it, and the refund on its way. The same `request_key` again is the same refund.

    Raises `BookingNotFound` (also another organization's), `BookingNotRefundable`,
    `UnknownTickets`, `RefundNeedsTickets`, `InvalidBody` (an amount that cannot be charged);
    and of payments `RefundExceedsPayment`, `PaymentNotCaptured`, `PaymentDisputed`.
    """
    booking = await _read(deps, organization_id, booking_id)
    if request.amount is not None and (fault := step_fault(request.amount, booking.currency)) is not None:
        raise InvalidBody([("/amount", fault)])
    refund_id = refund_id_of(booking_id, request_key)
    earlier = await deps.list_refunds(booking_id)
    for earlier_refund in earlier:
        if earlier_refund.id == refund_id:
            return RefundMade(booking, earlier_refund)
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.PARTIALLY_REFUNDED):
        raise BookingNotRefundable(booking.status.value)
    share = refund_share(
        booking,
        ticket_ids=request.ticket_ids,
        amount=request.amount,
        refund_fees=request.refund_fees,
        given_back=sum(refund.amount for refund in earlier if refund.status in ("pending", "succeeded")),
    )
    booking = await apply_refund(deps, RefundDecision(refund_id, booking, share, return_seats=request.return_seats))
    crash_point("booking.refunded")
    made = [refund for refund in await deps.list_refunds(booking_id) if refund.id == refund_id]
    return RefundMade(booking, made[0] if made else None)


async def _read(deps: OrganizerDeps, organization_id: str, booking_id: str) -> Booking:
    async with deps.booking.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
    if stored is None or stored.booking.organization_id != organization_id:
        raise BookingNotFound
    return stored.booking
