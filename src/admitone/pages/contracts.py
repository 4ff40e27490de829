"""The contracts of the slices that pages use, as callables that the role wires in.

Pages read the same JSON as any other client (as dicts) and write the same bodies, so a page can do no more than the API
allows. Every callable raises the Refusals of its endpoint.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from admitone.payments.contracts import PaymentTerms

Json = dict[str, Any]

ReadJson = Callable[[str], Awaitable[Json]]
"""An id → the body of `GET /events/details/{id}`, `/performers/{id}`, `/venues/{id}` or `/events/{id}/queue`."""

PostJson = Callable[[Json], Awaitable[Json]]
"""The body of `POST /booking/confirm | release` → the body of its response (2xx)."""


class Client(Struct, frozen=True):
    """A browser: the id of its client token (None: it has none), and its address."""

    id: str | None
    address: str | None


PostJsonOf = Callable[[Json, Client], Awaitable[Json]]
"""The body of `POST /booking/checkout | promo-code`, and the client that limits count → the body of its response."""

JoinLine = Callable[[str], Awaitable[Json]]
"""An event's id → the body of the response of `POST /events/{id}/queue`, for a new entrant."""

TakeTurn = Callable[[str, str], Awaitable[Json]]
"""(event id, queue token) → the body of the response of `POST /events/{id}/queue/admission`."""

ReadPaymentTerms = Callable[[str], Awaitable[PaymentTerms]]
"""booking_id → the ways to pay for it. The caller has checked the booking token."""


class TicketLink(Struct, frozen=True):
    """The addresses of a sold ticket: `barcode_url` an image of the current code, `pdf_url` a document."""

    barcode_url: str
    pdf_url: str

    @property
    def still_url(self) -> str:
        """The printed code: it does not change, so it is valid on paper and without a network."""
        return f"{self.barcode_url}{'&' if '?' in self.barcode_url else '?'}still=true"


TicketLinks = Callable[[str, str], TicketLink]
"""(ticket_id, booking_id) → addresses that are valid for anyone with the booking's link."""


class Attribution(Struct, frozen=True):
    """A data source whose licence requires a credit."""

    name: str
    what: str
    licence: str
    url: str | None = None


class Loading(Struct, frozen=True):
    """Events are being imported: `events` of `total` are in the catalogue."""

    events: int
    total: int
