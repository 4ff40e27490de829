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


async def renew_tickets(forms: FormDeps, *, booking_id: str) -> str | None:
    """Give a buyer's tickets new codes. Return the id of the transfer, whose holder has them now; None: there are none.

    The caller has checked the cookie of the page. Raises the refusals of an offer, and of its acceptance.
    """
    return await forms.renew_tickets(booking_id)


async def undo_offer(forms: FormDeps, *, holder_id: str, transfer_id: str) -> None:
    """As `offer_tickets`."""
    await forms.undo_offer(holder_id, transfer_id)


async def accept_offer(forms: FormDeps, *, code: str, name: str, email: str, form_key: str | None) -> str:
    """Return the id of the transfer, whose holder has the tickets. Raises those of `POST /tickets/transfers/accept`."""
    return await forms.accept_offer(code, name, email, form_key)
