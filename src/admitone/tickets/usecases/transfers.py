"""Transfer tickets: to a friend, by a link (offer, undo, accept), or to their buyer, which voids the codes from before.

Acceptance is one transaction. It locks the tickets as scans and returns do, then the sold places as a refund does, then
ends the offer, then gives each ticket its next version. So of two acceptances, an undo, a refund, a return and a scan
at the same moment one wins, and the others see what it did. Returns lock in the same order: tickets, then places. A
transfer to the buyer is an offer and its acceptance in one transaction.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import psycopg

from admitone.booking.contracts import BookedTicket
from admitone.catalogue.contracts import EventDocument
from admitone.kit.crash_points import crash_point
from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.tickets.contracts import Offer, OfferView, TransferNews
from admitone.tickets.domain.links import FIRST_VERSION
from admitone.tickets.domain.refusals import (
    NamesClosed,
    TicketNotFound,
    TicketOffered,
    TicketRefunded,
    TicketTransferred,
    TicketUsed,
    TransferNotFound,
    TransferOver,
)
from admitone.tickets.domain.ticket_id import TicketName
from admitone.tickets.domain.transfer_rules import check_names_open, hash_code, offer_deadline
from admitone.tickets.store import tickets as ticket_store
from admitone.tickets.store import transfers as store
from admitone.tickets.store.scans import lock_tickets
from admitone.tickets.store.transfers import OfferedTicket, StoredTransfer
from admitone.tickets.usecases.deps import Deps
from admitone.tickets.usecases.lookups.holder import HolderTicket, find_holder, own_ticket
from admitone.tickets.usecases.lookups.ticket import read_bought
from admitone.tickets.usecases.read_holding import read_holding


async def check_holder(deps: Deps, holder_id: str, token: str | None) -> None:
    """Raises `TransferNotFound` where the token is not the holder's: the answer does not say whether there is one; and
    `BookingLinkReplaced`."""
    if token is None or not await deps.is_holder_token(holder_id, token):
        raise TransferNotFound


async def offer_tickets(
    deps: Deps, *, holder_id: str, ticket_ids: Sequence[str], friend: str, friend_email: str | None
) -> Offer:
    """Offer tickets; they stay the holder's until the offer is accepted. The caller has checked who asks.

    Raises `TransferNotFound`, `TicketNotFound`, `TicketRefunded`, `TicketTransferred`, `TicketUsed`, `TicketOffered`,
    `TransfersClosed`.
    """
    holder = await find_holder(deps, holder_id)
    chosen = tuple(_offered(own_ticket(holder, ticket_id)) for ticket_id in dict.fromkeys(ticket_ids))
    code = deps.new_code()
    async with deps.pool.connection() as conn, conn.transaction():
        transfer = StoredTransfer(
            id=new_id("trf"),
            event_id=holder.event.id,
            booking_id=holder.booking.id,
            giver_id=holder_id,
            friend=friend,
            friend_email=friend_email,
            state="offered",
            expires_at=await _deadline(conn, holder.event, now=deps.now()),
            tickets=chosen,
        )
        await _insert(conn, transfer, code, now=deps.now())
        await deps.announce(conn, _news("offered", transfer, code=code))
    return Offer(transfer.id, code, friend, transfer.expires_at, _booked(holder.booking.tickets, transfer))


async def undo_offer(deps: Deps, *, holder_id: str, transfer_id: str) -> None:
    """Take an offer back that was not accepted. Undone before, it stays so. The caller has checked who asks.

    Raises `TransferNotFound`, for another holder's too; `TransferOver` where it was accepted.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        is_undone = await store.undo_transfer(conn, transfer_id, holder_id, now=deps.now())
        transfer = await store.read_transfer(conn, transfer_id=transfer_id, now=deps.now())
        if transfer is None or transfer.giver_id != holder_id:
            raise TransferNotFound
        if is_undone:
            await deps.announce(conn, _news("undone", transfer))
        elif transfer.state == "accepted":
            raise TransferOver("accepted")


async def read_offer(deps: Deps, *, code: str) -> OfferView:
    """Return an offer to the person who has its link. Raises `TransferNotFound`, `TicketNotFound`."""
    transfer = await _find_offer(deps, code)
    booking = await read_bought(deps, transfer.booking_id)
    giver = booking.buyer_name
    if transfer.giver_id != transfer.booking_id:
        async with deps.pool.connection() as conn:
            before = await store.read_transfer(conn, transfer_id=transfer.giver_id, now=deps.now())
        giver = before.holder_name if before else None
    tickets = _booked(booking.tickets, transfer)
    return OfferView(
        transfer_id=transfer.id,
        event_id=transfer.event_id,
        giver=giver,
        friend=transfer.friend,
        state=transfer.state,
        expires_at=transfer.expires_at,
        tickets=tickets,
        # A ticket that moved to another seat since is not the one that was offered.
        is_refunded=len(tickets) < len(transfer.tickets) or any(ticket.refunded for ticket in tickets),
    )


async def accept_offer(deps: Deps, *, code: str, name: str, email: str, form_key: str | None = None) -> str:
    """Accept an offer: the giver's codes become void, and the friend's are valid, in one moment. Return its id.

    The same `form_key` again gets the same answer. Only the browser of the person who accepted knows it.

    Raises `TransferNotFound`, `TransferOver`, `TransfersClosed`, `TicketRefunded`, `TicketUsed`, `TicketTransferred`.
    """
    offer = await _find_offer(deps, code)
    key_hash = None if form_key is None else hash_code(form_key)
    if offer.state != "offered":
        return _accepted_before(offer, key_hash)
    events = await deps.read_documents((offer.event_id,))
    if not events:
        raise TicketNotFound
    async with deps.pool.connection() as conn, conn.transaction():
        await _lock(deps, conn, offer.booking_id, offer.event_id, offer.tickets)
        await _deadline(conn, events[0], now=deps.now())
        is_accepted = await store.accept_transfer(
            conn, offer.id, holder_name=name, holder_email=email, form_key_hash=key_hash, now=deps.now()
        )
        if not is_accepted:
            ended = await store.read_transfer(conn, transfer_id=offer.id, now=deps.now())
            if ended is None:
                raise TransferNotFound
            return _accepted_before(ended, key_hash)
        for ticket in offer.tickets:
            await _give(deps, conn, offer, ticket, name)
        await deps.announce(conn, _news("accepted", offer, holder_name=name, holder_email=email))
    return offer.id


async def renew_tickets(deps: Deps, *, booking_id: str) -> str | None:
    """Transfer a buyer's tickets to the buyer, which voids every code from before, also on paper. Return the id of the
    transfer, whose holder has them now; None if the booking has no address, or no such ticket, and for a friend, who is
    not the buyer. Guests keep their names while the organizer asks for names. The caller has checked who asks.

    Raises `TransferNotFound`, `TicketNotFound`, `TicketRefunded`, `TicketTransferred`, `TicketUsed`, `TicketOffered`,
    `TransfersClosed`.
    """
    holding = await read_holding(deps, holder_id=booking_id)
    booking, chosen = holding.booking, holding.renewable
    if booking.buyer_email is None or not chosen or booking_id != booking.id:
        return None
    events = await deps.read_documents((booking.event_id,))
    if not events:
        raise TicketNotFound
    name, email, now = booking.buyer_name or booking.buyer_email, booking.buyer_email, deps.now()
    # The buyer's version is the first: `_give` refuses a ticket that was transferred since.
    tickets = tuple(OfferedTicket(held.ticket.ticket_id, held.ticket.index, FIRST_VERSION) for held in chosen)
    async with deps.pool.connection() as conn, conn.transaction():
        await _lock(deps, conn, booking.id, booking.event_id, tickets)
        expires_at = await _deadline(conn, events[0], now=now)
        transfer = StoredTransfer(
            new_id("trf"), booking.event_id, booking.id, booking.id, name, None, "offered", expires_at, tickets
        )
        await _insert(conn, transfer, deps.new_code(), now=now)
        await store.accept_transfer(
            conn, transfer.id, holder_name=name, holder_email=email, form_key_hash=None, now=now
        )
        guests = await _guests(conn, transfer, events[0], now=now)
        for ticket in tickets:
            await _give(deps, conn, transfer, ticket, guests.get(ticket.ticket_id, name))
        await deps.announce(conn, _news("accepted", transfer, holder_name=name, holder_email=email))
        crash_point("tickets.renewing")
    crash_point("tickets.renewed")
    return transfer.id


async def _insert(conn: Connection, transfer: StoredTransfer, code: str, *, now: datetime) -> None:
    ticket_ids = [ticket.ticket_id for ticket in transfer.tickets]
    await store.end_stale_offers(conn, ticket_ids, transfer.booking_id, now=now)
    try:
        await store.insert_transfer(conn, transfer, code_hash=hash_code(code))
    except psycopg.errors.UniqueViolation as error:
        raise TicketOffered from error


async def _lock(deps: Deps, conn: Connection, booking_id: str, event_id: str, tickets: Sequence[OfferedTicket]) -> None:
    names = [TicketName(event_id, ticket.index) for ticket in tickets]
    await lock_tickets(conn, event_id, [(name, booking_id) for name in names])
    places = {(booking_id, ticket.index) for ticket in tickets}
    # Where another booking has a place by now, this raises, and what the lock wrote is rolled back.
    if await deps.lock_sold_places(conn, places) != places:
        raise TicketRefunded


async def _guests(
    conn: Connection, transfer: StoredTransfer, event: EventDocument, *, now: datetime
) -> Mapping[str, str]:
    """Return the names of guests on these tickets, which the caller has locked; none where names are closed."""
    try:
        check_names_open(event, asks_names=(await store.read_terms(conn, event.id)).asks_names, now=now)
    except NamesClosed:
        return {}
    lives = await ticket_store.read_tickets(
        conn, [ticket.ticket_id for ticket in transfer.tickets], transfer.booking_id
    )
    return {ticket_id: life.holder_name for ticket_id, life in lives.items() if life.holder_name is not None}


def _accepted_before(offer: StoredTransfer, key_hash: bytes | None) -> str:
    """Return the id of an offer that this very form accepted. Raises `TransferOver`."""
    if offer.state == "accepted" and key_hash is not None and offer.form_key_hash == key_hash:
        return offer.id
    raise TransferOver(offer.state)


async def _give(deps: Deps, conn: Connection, offer: StoredTransfer, ticket: OfferedTicket, name: str) -> None:
    version = await ticket_store.transfer_ticket(
        conn,
        TicketName(offer.event_id, ticket.index),
        booking_id=offer.booking_id,
        version=ticket.version,
        holder_name=name,
        transferred_at=deps.now(),
    )
    if version is None:
        life = await ticket_store.read_ticket(conn, ticket.ticket_id, offer.booking_id)
        raise TicketUsed if life.admitted_at else TicketTransferred


async def _deadline(conn: Connection, event: EventDocument, *, now: datetime) -> datetime:
    terms = await store.read_terms(conn, event.id)
    return offer_deadline(event, is_allowed=terms.is_allowed, ends_at=terms.ends_at, now=now)


async def _find_offer(deps: Deps, code: str) -> StoredTransfer:
    async with deps.pool.connection() as conn:
        transfer = await store.read_transfer(conn, code_hash=hash_code(code), now=deps.now())
    if transfer is None:
        raise TransferNotFound
    return transfer


def _offered(held: HolderTicket) -> OfferedTicket:
    return OfferedTicket(held.ticket.ticket_id, held.ticket.index, held.version)


def _booked(tickets: Sequence[BookedTicket], transfer: StoredTransfer) -> tuple[BookedTicket, ...]:
    indexes = {ticket.index for ticket in transfer.tickets}
    return tuple(ticket for ticket in tickets if ticket.index in indexes)


def _news(kind: Literal["offered", "accepted", "undone"], transfer: StoredTransfer, **more: str) -> TransferNews:
    return TransferNews(
        kind,
        transfer.id,
        transfer.event_id,
        transfer.booking_id,
        transfer.giver_id,
        transfer.friend,
        transfer.friend_email,
        transfer.expires_at,
        tuple(ticket.ticket_id for ticket in transfer.tickets),
        **more,
    )
