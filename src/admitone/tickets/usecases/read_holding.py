"""Show a holder their tickets, and what they have offered to friends."""

from collections.abc import Sequence
from datetime import datetime

from admitone.booking.contracts import ticket_code
from admitone.tickets.contracts import GivenTransfer, HeldTicket, Holding
from admitone.tickets.domain.links import sign_ticket
from admitone.tickets.domain.refusals import NamesClosed, TransfersClosed
from admitone.tickets.domain.transfer_rules import check_names_open, offer_deadline
from admitone.tickets.store import transfers as store
from admitone.tickets.store.transfers import StoredTerms, StoredTransfer
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.holder import Holder, HolderTicket, find_holder

GIVEN_MAX = 200


async def read_holding(deps: Deps, *, holder_id: str) -> Holding:
    """Return what a buyer, or a person who accepted a transfer, has now. The caller has checked who asks.

    Raises `TransferNotFound`, `TicketNotFound`.
    """
    holder = await find_holder(deps, holder_id)
    async with deps.pool.connection() as conn:
        terms = await store.read_terms(conn, holder.event.id)
        given = await store.list_given_transfers(
            conn, giver_id=holder_id, booking_id=holder.booking.id, rows_max=GIVEN_MAX, now=deps.now()
        )
    valid = [held for held in holder.tickets if held.is_own and not held.ticket.refunded]
    closed, open_until = _openness(deps, holder, terms)
    return Holding(
        holder_id=holder_id,
        booking=holder.booking,
        name=holder.transfer.holder_name if holder.transfer else holder.booking.buyer_name,
        tickets=tuple(_held(deps, holder, held, terms) for held in valid),
        refunded=tuple(held.ticket for held in holder.tickets if held.ticket.refunded),
        given=_given(holder, given),
        open_until=open_until,
        closed=closed,
        asks_names=_asks_names(deps, holder, terms),
    )


def _openness(deps: Deps, holder: Holder, terms: StoredTerms) -> tuple[str | None, datetime | None]:
    """Return why tickets cannot be transferred, if they cannot; and until when they can."""
    try:
        offer_deadline(holder.event, is_allowed=terms.is_allowed, ends_at=terms.ends_at, now=deps.now())
    except TransfersClosed as refusal:
        return str(refusal.members["reason"]), None
    return None, terms.ends_at or holder.event.starts_at


def _asks_names(deps: Deps, holder: Holder, terms: StoredTerms) -> bool:
    try:
        check_names_open(holder.event, asks_names=terms.asks_names, now=deps.now())
    except NamesClosed:
        return False
    return True


def _held(deps: Deps, holder: Holder, held: HolderTicket, terms: StoredTerms) -> HeldTicket:
    booking, ticket = holder.booking, held.ticket
    return HeldTicket(
        ticket=ticket,
        link=sign_ticket(deps.keys, ticket.ticket_id, booking.id, held.version),
        code=ticket_code(deps.codes, booking.id, ticket.index, held.version),
        name=(held.life.holder_name or booking.buyer_name) if terms.shows_names or terms.asks_names else None,
        guest=held.life.holder_name,
        is_used=held.life.admitted_at is not None,
    )


def _given(holder: Holder, given: Sequence[StoredTransfer]) -> tuple[GivenTransfer, ...]:
    by_index = {held.ticket.index: held.ticket for held in holder.tickets}
    return tuple(
        GivenTransfer(
            id=transfer.id,
            friend=transfer.holder_name or transfer.friend,
            state=transfer.state,
            expires_at=transfer.expires_at,
            tickets=tuple(by_index[ticket.index] for ticket in transfer.tickets if ticket.index in by_index),
        )
        for transfer in given
    )
