"""Places that their buyers offer: which the waiting list can have, at which price, and until when."""

from collections.abc import Collection, Mapping

from msgspec import Struct, structs

from admitone.booking.contracts import BookedTicket, Booking
from admitone.booking.contracts.resale import ResaleTerms, ReturnMode
from admitone.booking.domain.refund_share import resale_price
from admitone.booking.domain.returns_end import returns_end
from admitone.booking.domain.sale_plan import ticket_id
from admitone.booking.domain.waiting_list import FreePlace, offer_seconds
from admitone.booking.sale.ended_offers import announce_ended, announce_withdrawn
from admitone.booking.store import resales as store
from admitone.booking.store.bookings import read_bookings
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.deps import Deps
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Connection


class OfferedPlaces(Struct, frozen=True):
    """`sold`: index → the ticket of the buyer who offers the place. `seconds`: how long an offer of such places lasts
    at most; it ends with the returns."""

    places: tuple[FreePlace, ...] = ()
    sold: Mapping[int, BookedTicket] = {}
    seconds: int = 0

    def has_any(self, booking: Booking) -> bool:
        """Return whether a place of the booking is another buyer's."""
        return any(ticket.index in self.sold for ticket in booking.tickets)

    def price(self, ticket: BookedTicket) -> BookedTicket:
        """Return the ticket of a place; of one that its buyer offers, at the price that this buyer paid."""
        before = self.sold.get(ticket.index)
        return ticket if before is None else resale_price(ticket, before)


async def list_offered_places(deps: Deps, conn: Connection, terms: SaleTerms, resale: ResaleTerms) -> OfferedPlaces:
    """Return the places on offer that no booking holds, until shortly before the end of returns; none where the
    organizer has other terms by now. An offer whose ticket was used or transferred since ends."""
    event_id = terms.event_id
    if resale.returns is not ReturnMode.WHEN_SOLD:
        return OfferedPlaces()
    seconds = offer_seconds(resale.offer_seconds, deps.now(), returns_end(resale, terms))
    rows = await store.list_resale_places(conn, event_id) if seconds is not None else []
    if seconds is None or not rows:
        return OfferedPlaces()
    stored = await read_bookings(conn, sorted({row["booking_id"] for row in rows}))
    offered = {(row["booking_id"], row["index"]) for row in rows}
    givers = [_only(giver.booking, offered) for giver in stored.values()]
    sold = {ticket.index: ticket for giver in givers for ticket in giver.tickets}
    gone = await deps.list_unreturnable(conn, givers, False)
    live = [row for row in rows if row["index"] in sold and ticket_id(event_id, row["index"]) not in gone]
    if ended := [row["id"] for row in rows if ticket_id(event_id, row["index"]) in gone]:
        await announce_ended(conn, deps.announce, await store.end_resales(conn, ended))
    places = tuple(FreePlace(row["index"], row["level_id"], row["area_id"]) for row in live)
    return OfferedPlaces(places, sold, seconds)


def _only(booking: Booking, offered: Collection[tuple[str, int]]) -> Booking:
    """Return the booking with the tickets alone that it offers, and still has."""
    tickets = [ticket for ticket in booking.tickets if not ticket.refunded and (booking.id, ticket.index) in offered]
    return structs.replace(booking, tickets=tuple(tickets))


async def end_late_offers(deps: Deps, conn: Connection) -> None:
    """End the offers that were taken back, or are not sold any more, and tell their buyers. Offer again what bookings
    that are over have kept."""
    for event_id in sorted(await store.free_stale_claims(conn)):
        await deps.defer(conn, OFFER_JOB, event_id=event_id)
    await announce_withdrawn(conn, deps.announce, await store.end_withdrawn(conn))
    await announce_ended(conn, deps.announce, await store.end_late_resales(conn))
