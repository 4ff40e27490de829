"""A buyer offers tickets, and takes them back. They are valid until another person has bought them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from admitone.booking.contracts import BookedTicket, Booking, sold_at
from admitone.booking.contracts.resale import PersonNotice
from admitone.booking.domain.pricing import price_order
from admitone.booking.domain.refund_share import resale_price
from admitone.booking.domain.resale_refusals import (
    ReturnNotPossible,
    TicketsNotOnOffer,
    TicketsNotReturnable,
    TooManyOffers,
)
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store.refunds import lock_sold_places
from admitone.booking.store.resales import (
    OFFERS_MAX,
    insert_resales,
    is_disputed,
    list_resales,
    list_spent_offers,
    withdraw_resales,
)
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.kit.crash_points import crash_point
from admitone.kit.postgres import Connection

SALES_APART = timedelta(seconds=1)
"""Ticket codes name the second of their sale, or of the exchange to their place: two are never in the same one."""


def _is_apart(deps: Deps, sold: datetime | None) -> bool:
    return sold is not None and deps.now() - sold >= SALES_APART


def offer_fault(deps: Deps, plan: SalePlan, ticket: BookedTicket) -> str | None:
    """Why the ticket can never be sold to the waiting list (`ReturnNotPossible`), or None."""
    if ticket.index in plan.reserved:
        return "reserved-seat"
    if deps.smallest_charge is None:
        return None
    price = price_order((resale_price(ticket, ticket),), plan.terms.booking_fee).total
    return "below-minimum" if 0 < price < deps.smallest_charge(plan.terms.currency) else None


async def offer_tickets(
    deps: OrganizerDeps, plan: SalePlan, booking: Booking, tickets: Sequence[BookedTicket]
) -> tuple[str, ...]:
    """Offer tickets of the booking to the waiting list, and return their ids. One that is on offer stays so.

    The money must be captured: it goes back in the moment of the next sale. Raises `ReturnNotPossible`,
    `TicketsNotReturnable`, `TooManyOffers`.
    """
    if not all(_is_apart(deps.booking, sold_at(booking, ticket)) for ticket in tickets):
        raise ReturnNotPossible("not-captured")
    facts = await deps.list_money_facts(booking.id) if booking.total else []
    if booking.total and not any(fact.kind == "capture" for fact in facts):
        raise ReturnNotPossible("not-captured")
    for fault in (offer_fault(deps.booking, plan, ticket) for ticket in tickets):
        if fault is not None:
            raise ReturnNotPossible(fault)
    ids = [ticket.ticket_id for ticket in tickets]
    async with deps.booking.pool.connection() as conn, conn.transaction():
        if await is_disputed(conn, booking.id):
            raise ReturnNotPossible("disputed")
        refused = (await deps.list_unreturnable(conn, [booking], True)).intersection(ids)
        places = {(booking.id, ticket.index) for ticket in tickets}
        sold = await lock_sold_places(conn, places)
        refused |= {ticket.ticket_id for ticket in tickets if (booking.id, ticket.index) not in sold}
        if refused:
            raise TicketsNotReturnable(sorted(refused))
        before = await list_resales(conn, booking.id)
        new = {ticket.index: deps.booking.new_id("rsl") for ticket in tickets if ticket.index not in before}
        if spent := await list_spent_offers(conn, booking.id, list(new)):
            late = [ticket.ticket_id for ticket in tickets if ticket.index in spent]
            raise TooManyOffers(late, offers_max=OFFERS_MAX, retry_after_seconds=max(spent.values()))
        is_kept = any(ticket.index in before and before[ticket.index].is_withdrawing for ticket in tickets)
        if new or is_kept:
            ids_of = {ticket.index: new.get(ticket.index) or deps.booking.new_id("rsl") for ticket in tickets}
            await insert_resales(conn, booking_id=booking.id, event_id=booking.event_id, ids=ids_of)
            await deps.booking.defer(conn, OFFER_JOB, event_id=booking.event_id)
        if new:
            await _announce(deps, conn, PersonNotice.RESALE_OFFERED, booking, tickets)
    crash_point("booking.resale_offered")
    return tuple(ids)


async def withdraw_tickets(deps: OrganizerDeps, booking: Booking, ticket_ids: Sequence[str]) -> None:
    """Take tickets back, all or none. One that another person holds is offered to no one else, and is taken back if
    that person does not buy it. Raises `TicketsNotOnOffer`."""
    wanted = {ticket.index: ticket for ticket in booking.tickets if ticket.ticket_id in ticket_ids}
    async with deps.booking.pool.connection() as conn, conn.transaction():
        is_known = len(wanted) == len(set(ticket_ids))
        withdrawn = await withdraw_resales(conn, booking.id, list(wanted)) if is_known else {}
        if taken_back := [wanted[index] for index in sorted(withdrawn) if not withdrawn[index]]:
            await _announce(deps, conn, PersonNotice.RESALE_WITHDRAWN, booking, taken_back)
        if withdrawn:
            return
        on_offer = await list_resales(conn, booking.id)
    known = {ticket.ticket_id for index, ticket in wanted.items() if index in on_offer}
    raise TicketsNotOnOffer([ticket_id for ticket_id in ticket_ids if ticket_id not in known])


async def _announce(
    deps: OrganizerDeps, conn: Connection, kind: PersonNotice, booking: Booking, tickets: Sequence[BookedTicket]
) -> None:
    facts = {"email": booking.buyer_email, "name": booking.buyer_name, "event_id": booking.event_id}
    # Offered and taken back several times, each is a notice of its own.
    at = deps.booking.now().isoformat()
    told = {"ticket_ids": [ticket.ticket_id for ticket in tickets], "at": at}
    await deps.booking.announce(conn, kind, booking.id, facts | told)
