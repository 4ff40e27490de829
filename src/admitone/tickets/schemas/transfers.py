"""Bodies of transfers, as the contract has them."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from admitone.kit.text import EMAIL, EMAIL_CHARACTERS_MAX, MOMENT, NAME
from admitone.tickets.contracts import Holding, Offer
from admitone.tickets.domain.transfer_rules import OFFERED_MAX
from admitone.tickets.usecases.transfer_terms import TransferTerms

Line = Annotated[str, Meta(min_length=1, max_length=200, extra={"rule": NAME})]
Email = Annotated[str, Meta(min_length=3, max_length=EMAIL_CHARACTERS_MAX, extra={"rule": EMAIL})]
HolderId = Annotated[str, Meta(min_length=1, max_length=64)]


class OfferIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`holder_id`: the booking, or the accepted transfer by which you have the tickets. `friend`: a name for the person
    who gets the link; `friend_email`: where it is sent too, if this installation sends mail."""

    holder_id: HolderId
    ticket_ids: Annotated[
        tuple[Annotated[str, Meta(min_length=1, max_length=128)], ...], Meta(min_length=1, max_length=OFFERED_MAX)
    ]
    friend: Line
    friend_email: Email | None = None


class OfferOut(Struct, frozen=True):
    """`transfer_url` is shown once: anyone who opens it can accept the tickets until `expires_at`."""

    transfer_id: str
    transfer_url: str
    expires_at: datetime
    ticket_ids: list[str]


class NamesIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`names`: ticket id → the guest's name. Tickets that are left out keep theirs."""

    holder_id: HolderId
    names: Annotated[
        dict[Annotated[str, Meta(min_length=1, max_length=128)], Line], Meta(min_length=1, max_length=OFFERED_MAX)
    ]


class UndoIn(Struct, frozen=True, forbid_unknown_fields=True):
    holder_id: HolderId


class AcceptIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`code`: the parameter `c` of the link."""

    code: Annotated[str, Meta(min_length=1, max_length=100)]
    name: Line
    email: Email


class AcceptedTicket(Struct, frozen=True):
    """`code`: ten letters and digits that people can type."""

    ticket_id: str
    code: str
    barcode_url: str
    pdf_url: str


class AcceptedOut(Struct, frozen=True):
    """`holder_token` is the proof that you have the tickets: with it they can be offered to another person."""

    transfer_id: str
    holder_token: str
    event_id: str
    tickets: list[AcceptedTicket]


class TransferTermsBody(Struct, frozen=True, forbid_unknown_fields=True):
    """`allowed`: tickets may be transferred, until `ends_at` (null: when the event starts). `shows_names`: tickets show
    the names of their holders. `asks_names`: holders enter the name of each guest until the event starts; tickets show
    it."""

    allowed: bool = True
    ends_at: Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})] | None = None
    shows_names: bool = False
    asks_names: bool = False


def offer_out(offer: Offer, public_url: str) -> OfferOut:
    ticket_ids = [ticket.ticket_id for ticket in offer.tickets]
    return OfferOut(offer.transfer_id, f"{public_url}/transfer?c={offer.code}", offer.expires_at, ticket_ids)


def accepted_out(holding: Holding, holder_token: str) -> AcceptedOut:
    tickets = [
        AcceptedTicket(held.ticket.ticket_id, held.code, held.link.barcode_url, held.link.pdf_url)
        for held in holding.tickets
    ]
    return AcceptedOut(holding.holder_id, holder_token, holding.booking.event_id, tickets)


def terms_of(body: TransferTermsBody) -> TransferTerms:
    return TransferTerms(body.allowed, body.ends_at, body.shows_names, body.asks_names)


def terms_body(terms: TransferTerms) -> TransferTermsBody:
    return TransferTermsBody(terms.is_allowed, terms.ends_at, terms.shows_names, terms.asks_names)


class TransferBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who gets the ticket; printed on it."""

    name: Line


class Transfer(Struct, frozen=True):
    """What the giver passes to the recipient: links that show the ticket, and `transfer_token`, with which the
    recipient (alone) may transfer it in turn."""

    ticket_id: str
    barcode_url: str
    pdf_url: str
    transfer_token: str
