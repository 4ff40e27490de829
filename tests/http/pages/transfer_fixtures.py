"""Transfers as plain data that replaces the tickets slice behind the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from admitone.booking.contracts import Booking, TicketLink
from admitone.kit.refusal import Kind, Refusal
from admitone.tickets.contracts import GivenTransfer, HeldTicket, Holding, Offer, OfferView, TransferState

OFFER_CODE = "the-code-of-the-offer"


class TransferNotFound(Refusal):
    code = "transfer-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such transfer.")


@dataclass
class Transfers:
    """What holders have, and the calls that the pages made. A test changes the data before it opens a page."""

    if TYPE_CHECKING:
        booking: Booking
    given: list[GivenTransfer] = field(default_factory=list)
    transfers_closed: str | None = None
    offer_state: TransferState = "offered"
    offers: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    invited: list[str | None] = field(default_factory=list)
    """The address that each offer is sent to."""
    asks_names: bool = False
    named: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    undone: list[tuple[str, str]] = field(default_factory=list)
    accepted: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)

    async def read_holding(self, holder_id: str) -> Holding:
        """The buyer's, or a friend's with the second ticket."""
        is_friend = holder_id.startswith("trf_")
        tickets = self.booking.tickets[1:] if is_friend else self.booking.tickets
        given = {
            ticket.ticket_id for transfer in self.given if transfer.state == "accepted" for ticket in transfer.tickets
        }
        return Holding(
            holder_id=holder_id,
            booking=self.booking,
            name="Ben Okafor" if is_friend else self.booking.buyer_name,
            tickets=tuple(
                HeldTicket(
                    ticket,
                    ticket_link(ticket.ticket_id, ""),
                    "K7QM4XWP9C",
                    None,
                    is_used=False,
                )
                for ticket in tickets
                if not ticket.refunded and (is_friend or ticket.ticket_id not in given)
            ),
            refunded=tuple(ticket for ticket in tickets if ticket.refunded),
            given=() if is_friend else tuple(self.given),
            open_until=None,
            closed=self.transfers_closed,
            asks_names=self.asks_names,
        )

    async def read_offer(self, code: str) -> OfferView:
        if code != OFFER_CODE:
            raise TransferNotFound
        return self.offer

    async def offer_tickets(self, holder_id: str, ticket_ids: tuple[str, ...], friend: str, email: str | None) -> Offer:
        self.refuse()
        self.invited.append(email)
        self.offers.append((holder_id, ticket_ids, friend))
        return Offer(
            "trf_ben", OFFER_CODE, friend, self.booking.created_at + timedelta(days=7), self.booking.tickets[1:]
        )

    async def name_tickets(self, holder_id: str, names: Mapping[str, str]) -> None:
        self.refuse()
        self.named.append((holder_id, dict(names)))

    async def undo_offer(self, holder_id: str, transfer_id: str) -> None:
        self.refuse()
        self.undone.append((holder_id, transfer_id))

    async def accept_offer(self, code: str, name: str, email: str, form_key: str | None) -> str:
        self.refuse()
        self.accepted.append((code, name, email, form_key))
        return "trf_ben"

    async def renew_tickets(self, booking_id: str) -> str | None:
        self.refuse()
        self.renewed.append(booking_id)
        return None if self.transfers_closed else "trf_ben"

    @property
    def offer(self) -> OfferView:
        tickets = self.booking.tickets[1:]
        is_refunded = any(ticket.refunded for ticket in tickets)
        ends = self.booking.created_at + timedelta(days=7)
        return OfferView("trf_ben", "evt_mahler", "Ada <Byron>", "Ben", self.offer_state, ends, tickets, is_refunded)

    def refuse(self) -> None:
        """Raise what the test wants."""
        raise NotImplementedError


def ticket_link(ticket_id: str, _token: str) -> TicketLink:
    return TicketLink(f"/tickets/{ticket_id}/barcode?s=x", f"/tickets/{ticket_id}.pdf?s=x")
