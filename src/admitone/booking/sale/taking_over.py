"""Places that their buyers offer go over to the booking that pays for them: its sale voids their tickets and orders
their refunds, in the transaction that confirms it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import AnnounceToPerson, ListUnreturnable, PersonNotice
from admitone.booking.domain.refund_share import refund_share, sum_refunds
from admitone.booking.sale.ended_offers import announce_ended
from admitone.booking.store.booking_rows import StoredBooking
from admitone.booking.store.bookings import read_bookings
from admitone.booking.store.exchanges import lock_places
from admitone.booking.store.refund_decisions import insert_decision
from admitone.booking.store.resale_terms import read_resale_terms
from admitone.booking.store.resales import (
    ResalePlace,
    end_resales,
    list_claimed_resales,
    lock_sale_of_resales,
    take_over_places,
)
from admitone.kit.ids import derived_id
from admitone.kit.postgres import Connection, Pool
from admitone.kit.refusal import Refusal
from admitone.payments.contracts import ListRefunds, OrderRefund, RefundOrder

# The refund of such a ticket is never possible: the ticket leaves the sale. Other refusals pass with time.
_NEVER_REFUNDED = frozenset({"refund-exceeds-payment"})


@dataclass(frozen=True)
class ResaleWrites:
    """Calls into other slices by which a place goes from one buyer to the next."""

    order_refund: OrderRefund
    list_refunds: ListRefunds
    list_unreturnable: ListUnreturnable
    announce: AnnounceToPerson


class PlacesNotTakenOver(Exception):
    """A place of the sale stays with its buyer: the sale is rolled back. `resale_ids`: offers that end with it."""

    def __init__(self, resale_ids: Sequence[str] = ()) -> None:
        super().__init__(*resale_ids)
        self.resale_ids = resale_ids


async def read_given_back(pool: Pool, writes: ResaleWrites, booking_id: str) -> dict[str, int]:
    """Return booking id → refunds so far, of the bookings whose places this one holds. Payments check the sum again
    when they reserve a refund."""
    async with pool.connection() as conn:
        claimed = await list_claimed_resales(conn, booking_id)
    givers = dict.fromkeys(place.booking_id for place in claimed)
    return {giver: sum_refunds(await writes.list_refunds(giver)) for giver in givers}


async def take_over(
    conn: Connection, writes: ResaleWrites, stored: StoredBooking, given_back: Mapping[str, int]
) -> None:
    """Make the offered places that the booking holds its own, in the transaction that sells them next.

    Locks tickets of the slice `tickets` first, as scans, transfers and returns do; then places, bookings, offers and
    payments. Raises `PlacesNotTakenOver`.
    """
    booking = stored.booking
    claimed = await list_claimed_resales(conn, booking.id)
    givers = await read_bookings(conn, sorted({place.booking_id for place in claimed}))
    offered = [_only(givers[giver].booking, claimed) for giver in sorted(givers)]
    unreturnable = await writes.list_unreturnable(conn, offered, True)
    tickets = {ticket.index: ticket.ticket_id for giver in offered for ticket in giver.tickets}
    if gone := [place.id for place in claimed if tickets.get(place.index) in {None, *unreturnable}]:
        raise PlacesNotTakenOver(gone)
    await lock_places(conn, booking.event_id, [ticket.index for ticket in booking.tickets])
    before = await lock_sale_of_resales(conn, [booking.id, *givers])
    taken = await take_over_places(conn, booking.id, stored.attempt)
    if len(taken) < len(claimed):
        raise PlacesNotTakenOver
    terms = await read_resale_terms(conn, booking.event_id)
    for giver in sorted(givers):
        places = [place for place in taken if place.booking_id == giver]
        try:
            await _refund(
                conn,
                writes,
                before[giver].booking,
                places,
                refund_fees=terms.refund_fees,
                given_back=given_back.get(giver, 0),
            )
        except Refusal as refusal:
            is_final = refusal.code in _NEVER_REFUNDED
            raise PlacesNotTakenOver([place.id for place in places] if is_final else ()) from refusal


async def end_lost_offers(pool: Pool, writes: ResaleWrites, lost: PlacesNotTakenOver) -> None:
    """End the offers of tickets that cannot be sold any more, and tell their buyers."""
    if lost.resale_ids:
        async with pool.connection() as conn, conn.transaction():
            await announce_ended(conn, writes.announce, await end_resales(conn, lost.resale_ids))


async def _refund(
    conn: Connection,
    writes: ResaleWrites,
    giver: Booking,
    places: Sequence[ResalePlace],
    *,
    refund_fees: bool,
    given_back: int,
) -> None:
    """Order the refund of tickets that went over, and say so to the buyer who had them. `giver`: as it was before."""
    indexes = {place.index for place in places}
    ids = [ticket.ticket_id for ticket in giver.tickets if ticket.index in indexes]
    share = refund_share(giver, ticket_ids=ids, amount=None, refund_fees=refund_fees, given_back=given_back)
    refund_id = derived_id("rfd", giver.id, f"sold again {' '.join(sorted(place.id for place in places))}")
    await insert_decision(conn, refund_id, giver.id, made_by="buyer", indexes=sorted(indexes))
    if share.amount > 0:
        await writes.order_refund(conn, RefundOrder(refund_id, giver.id, share.amount, share.fees))
    facts = {"email": giver.buyer_email, "name": giver.buyer_name, "event_id": giver.event_id}
    sold = {"ticket_ids": ids, "amount": share.amount, "currency": giver.currency}
    await writes.announce(conn, PersonNotice.RESALE_SOLD, giver.id, facts | sold)


def _only(booking: Booking, claimed: Sequence[ResalePlace]) -> Booking:
    """Return the booking with the tickets alone that it offers, and still has: no other ticket is locked."""
    indexes = {place.index for place in claimed if place.booking_id == booking.id}
    tickets = tuple(ticket for ticket in booking.tickets if ticket.index in indexes and not ticket.refunded)
    return structs.replace(booking, tickets=tickets)
