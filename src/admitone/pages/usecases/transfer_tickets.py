"""Transfer tickets: the pages of a friend's tickets and of an offer, and the forms that offer, undo and accept."""

from msgspec import Struct

from admitone.pages.contracts import Document
from admitone.pages.usecases.deps import Deps, FormDeps
from admitone.tickets.contracts import HeldTicket, Holding, Offer, OfferView


class FriendPage(Struct, frozen=True):
    """The tickets of a person who accepted a transfer. `cards`: the valid ones; a cancelled event has none."""

    holding: Holding
    event: Document
    cards: tuple[HeldTicket, ...]


class OfferPage(Struct, frozen=True):
    offer: OfferView
    event: Document


async def show_friend_tickets(deps: Deps, *, holder_id: str) -> FriendPage:
    """The caller has checked the cookie of the page. Raises `transfer-not-found`."""
    holding = await deps.read_holding(holder_id)
    event = await deps.read_details(holding.booking.event_id)
    return FriendPage(holding, event, () if event["status"] == "cancelled" else holding.tickets)


async def show_offer(deps: Deps, *, code: str) -> OfferPage:
    """Raises `transfer-not-found`."""
    offer = await deps.read_offer(code)
    return OfferPage(offer, await deps.read_details(offer.event_id))


async def offer_tickets(
    forms: FormDeps, *, holder_id: str, ticket_ids: tuple[str, ...], friend: str, email: str | None
) -> Offer:
    """`email`: where the link is sent too. The caller has checked the cookie of the page.

    Raises the refusals of `POST /tickets/transfers`.
    """
    return await forms.offer_tickets(holder_id, ticket_ids, friend, email)


def renewable_tickets(holding: Holding) -> tuple[HeldTicket, ...]:
    """Return the tickets whose codes the holder can make void: unused, and not on their way to a friend."""
    if holding.closed is not None:
        return ()
    offered = {ticket.ticket_id for given in holding.given if given.state == "offered" for ticket in given.tickets}
    return tuple(held for held in holding.tickets if not held.is_used and held.ticket.ticket_id not in offered)


async def renew_tickets(forms: FormDeps, *, booking_id: str) -> str | None:
    """Transfer a buyer's tickets to the buyer, which voids every code from before, also on paper. Return the id of the
    transfer, whose holder has them now; None if the booking has no address, or no such ticket, and for a friend, who is
    not the buyer. Guests keep their names: a transfer names its receiver.

    The caller has checked the cookie of the page. Raises those of an offer, and of its acceptance.
    """
    holding = await forms.pages.read_holding(booking_id)
    email, chosen = holding.booking.buyer_email, renewable_tickets(holding)
    if email is None or not chosen or holding.holder_id != holding.booking.id:
        return None
    name = holding.booking.buyer_name or email
    offer = await forms.offer_tickets(booking_id, tuple(held.ticket.ticket_id for held in chosen), name, None)
    transfer_id = await forms.accept_offer(offer.code, name, email, None)
    guests = {held.ticket.ticket_id: held.guest for held in chosen if held.guest is not None}
    if guests and holding.asks_names:
        await forms.name_tickets(transfer_id, guests)
    return transfer_id


async def undo_offer(forms: FormDeps, *, holder_id: str, transfer_id: str) -> None:
    """As `offer_tickets`."""
    await forms.undo_offer(holder_id, transfer_id)


async def accept_offer(forms: FormDeps, *, code: str, name: str, email: str, form_key: str | None) -> str:
    """Return the id of the transfer, whose holder has the tickets. Raises those of `POST /tickets/transfers/accept`."""
    return await forms.accept_offer(code, name, email, form_key)
