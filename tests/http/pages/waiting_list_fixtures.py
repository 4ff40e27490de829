"""The waiting list and returns as plain data that replaces the booking slice behind the pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from admitone.booking.contracts import Booking, Client
from admitone.booking.contracts.resale import (
    EntryState,
    JoinedList,
    ListOrder,
    OnOffer,
    ResaleTerms,
    Returnable,
    ReturnMode,
    ReturnOffer,
    WaitingDraw,
    WaitingEntry,
)
from admitone.booking.domain.resale_refusals import WaitingDrawNotFound, WaitingEntryNotFound

ENTRY_TOKEN = "wle_one.signature"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def an_entry(**changes: Any) -> WaitingEntry:
    known = {
        "id": "wle_one",
        "event_id": "evt_mahler",
        "state": EntryState.WAITING,
        "quantity": 2,
        "price_level_id": None,
        "together": True,
        "buyer_email": "ada@example.org",
        "buyer_name": "Ada",
        "joined_at": NOW,
        "position": 3,
    }
    return WaitingEntry(**{**known, **changes})


@dataclass
class WaitingList:
    """An entry and its terms, and the calls that the pages made. A test changes the data before it opens a page."""

    if TYPE_CHECKING:
        booking: Booking
        clients: list[Client]
    entry: WaitingEntry = field(default_factory=an_entry)
    draw: WaitingDraw | None = None
    resale: ResaleTerms = field(default_factory=ResaleTerms)
    sold_out_levels: tuple[str, ...] = ()
    returnable: tuple[Returnable, ...] = ()
    on_offer: tuple[OnOffer, ...] = ()
    pays: ReturnMode = ReturnMode.AT_ONCE
    taken_back: list[list[str]] = field(default_factory=list)
    joins: list[ListOrder] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    returned: list[tuple[str, str, list[str]]] = field(default_factory=list)

    async def read_entry(self, event_id: str, token: str) -> WaitingEntry:
        if token != ENTRY_TOKEN:
            raise WaitingEntryNotFound
        return self.entry

    async def read_waiting_draw(self, event_id: str, page: int) -> WaitingDraw:
        if self.draw is None:
            raise WaitingDrawNotFound
        return self.draw

    async def read_resale_terms(self, event_id: str) -> ResaleTerms:
        return self.resale

    async def read_sold_out_levels(self, event_id: str) -> Sequence[str]:
        return self.sold_out_levels

    async def read_return_offer(self, booking_id: str, token: str) -> ReturnOffer:
        return ReturnOffer("EUR", self.returnable, on_offer=self.on_offer, pays=self.pays)

    async def join_waiting_list(self, order: ListOrder, client: Client) -> JoinedList:
        self.joins.append(order)
        self.clients.append(client)
        self.refuse()
        return JoinedList(self.entry, ENTRY_TOKEN)

    async def leave_waiting_list(self, event_id: str, token: str) -> WaitingEntry:
        self.left.append(token)
        return self.entry

    async def return_tickets(self, booking_id: str, token: str, ticket_ids: Sequence[str]) -> Booking:
        self.returned.append((booking_id, token, list(ticket_ids)))
        self.refuse()
        return self.booking

    async def take_tickets_back(self, booking_id: str, token: str, ticket_ids: Sequence[str]) -> None:
        self.taken_back.append(list(ticket_ids))
        self.refuse()

    def refuse(self) -> None:
        """Raise what the test wants."""
        raise NotImplementedError
