"""A buyer gives tickets back. The organizer chose whether they are refunded at once, or when another person buys them.

At once: in one transaction the tickets are void, their seats are free and the refund is ordered. When sold: the tickets
stay valid and are offered to the waiting list. The buyer never gets more than was paid.
"""

from collections.abc import Sequence
from datetime import datetime

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import (
    OnOffer,
    PersonNotice,
    ResaleTerms,
    Returnable,
    ReturnMode,
    ReturnOffer,
)
from admitone.booking.domain.refund_share import refund_share
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.domain.resale_refusals import ReturnNotPossible, TicketsNotReturnable
from admitone.booking.domain.returns_end import returns_end
from admitone.booking.domain.token import check_link_version, is_booking_token
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.resale_terms import read_resale_terms
from admitone.booking.store.resales import list_resales
from admitone.booking.usecases.made_refunds import RefundMade, read_refunds, refund_id_of
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.booking.usecases.refunds import BOUGHT, RefundDecision, apply_refund
from admitone.booking.usecases.resale.giving import offer_fault, offer_tickets, withdraw_tickets
from admitone.catalogue.contracts import EventStatus, SaleTerms
from admitone.kit.crash_points import crash_point
from admitone.kit.postgres import Connection


async def return_tickets(
    deps: OrganizerDeps, *, booking_id: str, booking_token: str, ticket_ids: Sequence[str]
) -> RefundMade:
    """Return the booking after it, and the refund on its way, or the tickets that are on offer now. The same tickets
    again are the same return.

    Raises `BookingNotFound`, `ReturnNotPossible`, `TicketsNotReturnable`, `UnknownTickets`, `BookingNotRefundable`,
    `TooManyOffers`;
    and of payments `PaymentNotCaptured`, `PaymentDisputed`, `RefundExceedsPayment`.
    """
    booking, resale = await _read(deps, booking_id, booking_token)
    refund_id = refund_id_of(booking_id, f"return {' '.join(sorted(ticket_ids))}")
    earlier = await read_refunds(deps, booking_id)
    if earlier.has(refund_id):
        return RefundMade(booking, earlier.find(refund_id))
    plan = await read_sale_plan(deps.booking, event_id=booking.event_id, fresh=True)
    if (fault := _fault(booking, resale, plan.terms, deps.booking.now())) is not None:
        raise ReturnNotPossible(fault)
    share = refund_share(
        booking,
        ticket_ids=ticket_ids,
        amount=None,
        refund_fees=resale.refund_fees,
        given_back=earlier.given_back,
    )
    if resale.returns is ReturnMode.WHEN_SOLD:
        # Nothing is refunded yet: the share of the moment of the sale counts.
        return RefundMade(booking, None, await offer_tickets(deps, plan, booking, share.tickets))

    async def check(conn: Connection) -> None:
        unreturnable = await deps.list_unreturnable(conn, [booking], True)
        if refused := sorted(unreturnable.intersection(ticket_ids)):
            raise TicketsNotReturnable(refused)
        facts = {"email": booking.buyer_email, "name": booking.buyer_name, "event_id": booking.event_id}
        given = {"ticket_ids": list(ticket_ids), "amount": share.amount, "currency": booking.currency}
        await deps.booking.announce(conn, PersonNotice.TICKETS_RETURNED, booking.id, facts | given)

    decision = RefundDecision(refund_id, booking, share, return_seats=True, made_by="buyer")
    booking = await apply_refund(deps, decision, check=check)
    crash_point("booking.returned")
    return RefundMade(booking, (await read_refunds(deps, booking_id)).find(refund_id))


async def get_return_offer(deps: OrganizerDeps, *, booking_id: str, booking_token: str) -> ReturnOffer:
    """Return which tickets can be returned now, each by itself, for how much, and which are on offer. Raises
    `BookingNotFound`."""
    booking, resale = await _read(deps, booking_id, booking_token)
    plan = await read_sale_plan(deps.booking, event_id=booking.event_id)
    terms = plan.terms
    until = returns_end(resale, terms)
    fault = _fault(booking, resale, terms, deps.booking.now())
    if fault is not None and booking.status not in BOUGHT:
        return ReturnOffer(booking.currency, (), until, fault)
    async with deps.booking.pool.connection() as conn:
        resales = await list_resales(conn, booking_id)
        if fault is not None and not resales:
            return ReturnOffer(booking.currency, (), until, fault)
        unreturnable = await deps.list_unreturnable(conn, [booking], False)
    given_back = (await read_refunds(deps, booking_id)).given_back
    tickets, on_offer = [], []
    for ticket in booking.tickets:
        if ticket.refunded or ticket.ticket_id in unreturnable:
            continue
        share = refund_share(
            booking,
            ticket_ids=[ticket.ticket_id],
            amount=None,
            refund_fees=resale.refund_fees,
            given_back=given_back,
        )
        if ticket.index in resales:
            place = resales[ticket.index]
            on_offer.append(OnOffer(ticket.ticket_id, share.amount, place.is_held, place.is_withdrawing))
        elif fault is None and (
            resale.returns is not ReturnMode.WHEN_SOLD or offer_fault(deps.booking, plan, ticket) is None
        ):
            tickets.append(Returnable(ticket.ticket_id, share.amount))
    return ReturnOffer(booking.currency, tuple(tickets), until, fault, tuple(on_offer), resale.returns)


async def take_tickets_back(
    deps: OrganizerDeps, *, booking_id: str, booking_token: str, ticket_ids: Sequence[str]
) -> Booking:
    """Take tickets back that are on offer, all or none, and return the booking: they stay its buyer's, except one
    that another person holds and then buys.

    Raises `BookingNotFound`, `TicketsNotOnOffer`.
    """
    booking, _ = await _read(deps, booking_id, booking_token)
    await withdraw_tickets(deps, booking, ticket_ids)
    return booking


async def _read(deps: OrganizerDeps, booking_id: str, booking_token: str) -> tuple[Booking, ResaleTerms]:
    if not is_booking_token(deps.booking.token_keys, booking_id, booking_token):
        raise BookingNotFound
    async with deps.booking.pool.connection() as conn:
        stored = await read_booking(conn, booking_id)
        if stored is None:
            raise BookingNotFound
        check_link_version(stored.booking, booking_token)
        return stored.booking, await read_resale_terms(conn, stored.booking.event_id)


def _fault(booking: Booking, resale: ResaleTerms, terms: SaleTerms, now: datetime) -> str | None:
    """Why nothing of the booking can be returned (`ReturnNotPossible`), or None."""
    if booking.status not in BOUGHT:
        return "not-bought"
    if booking.box_office_payment is not None:
        return "box-office"
    if terms.status is EventStatus.CANCELLED:
        return "event-cancelled"
    if resale.returns is ReturnMode.OFF:
        return "off"
    until = returns_end(resale, terms)
    return "too-late" if until is not None and until <= now else None
