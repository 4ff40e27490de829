"""Places that their buyers offer: which the waiting list can have, at which price, and until when."""

from collections.abc import Collection, Mapping

from msgspec import Struct, structs

from admitone.booking.contracts import BookedTicket, Booking
from admitone.booking.contracts.resale import ListUnreturnable, PersonNotice
from admitone.booking.domain.refund_share import resale_price
from admitone.booking.domain.sale_plan import ticket_id
from admitone.booking.domain.waiting_list import FreePlace
from admitone.booking.store import resales as store
from admitone.booking.store.bookings import read_bookings
from admitone.booking.usecases.deps import Deps
from admitone.kit.postgres import Connection


class OfferedPlaces(Struct, frozen=True):
    """`sold`: index → the ticket of the buyer who offers the place."""

    places: tuple[FreePlace, ...] = ()
    sold: Mapping[int, BookedTicket] = {}

    def price(self, ticket: BookedTicket) -> BookedTicket:
        """Return the ticket of a place; of one that its buyer offers, at the price that this buyer paid."""
        before = self.sold.get(ticket.index)
        return ticket if before is None else resale_price(ticket, before)


async def read_resale_places(list_unreturnable: ListUnreturnable, conn: Connection, event_id: str) -> OfferedPlaces:
    """Return the places on offer that no booking holds. An offer whose ticket was used or transferred since ends."""
    rows = await store.list_resale_places(conn, event_id)
    if not rows:
        return OfferedPlaces()
    stored = await read_bookings(conn, sorted({row["booking_id"] for row in rows}))
    offered = {(row["booking_id"], row["index"]) for row in rows}
    givers = [_only(giver.booking, offered) for giver in stored.values()]
    sold = {ticket.index: ticket for giver in givers for ticket in giver.tickets}
    gone = await list_unreturnable(conn, givers, False)
    live = [row for row in rows if row["index"] in sold and ticket_id(event_id, row["index"]) not in gone]
    if ended := [row["id"] for row in rows if ticket_id(event_id, row["index"]) in gone]:
        await store.end_resales(conn, ended)
    places = tuple(FreePlace(row["index"], row["level_id"], row["area_id"]) for row in live)
    return OfferedPlaces(places, sold)


def _only(booking: Booking, offered: Collection[tuple[str, int]]) -> Booking:
    """Return the booking with the tickets alone that it offers, and still has."""
    tickets = [ticket for ticket in booking.tickets if not ticket.refunded and (booking.id, ticket.index) in offered]
    return structs.replace(booking, tickets=tuple(tickets))


async def end_late_offers(deps: Deps, conn: Connection) -> None:
    """End the offers of sales that are over, and tell their buyers that the tickets stay theirs."""
    for row in await store.end_late_resales(conn):
        if row["is_cancelled"]:
            continue  # the cancellation has a mail of its own
        facts = {"email": row["buyer_email"], "name": row["buyer_name"], "event_id": row["event_id"]}
        ids = [ticket_id(row["event_id"], index) for index in row["indexes"]]
        await deps.announce(conn, PersonNotice.RESALE_ENDED, row["booking_id"], facts | {"ticket_ids": ids})
