"""What pages ask of the slices below, as callables that the role plugs in.

Pages read the same JSON as any other client (as dicts) and write by the same bodies, so nothing on a page can
do more than the API lets it. Every callable raises the Refusals of its endpoint.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from admitone.payments.contracts import PaymentTerms

Json = dict[str, Any]

ReadJson = Callable[[str], Awaitable[Json]]
"""An id → the body of `GET /events/details/{id}`, `/performers/{id}`, `/venues/{id}` or `/events/{id}/queue`."""

PostJson = Callable[[Json], Awaitable[Json]]
"""The body of `POST /booking/confirm | release` → the body of its answer (2xx)."""


class Client(Struct, frozen=True):
    """A browser: the id of its client token (None: it has none), and the address it comes from."""

    id: str | None
    address: str | None


PostJsonOf = Callable[[Json, Client], Awaitable[Json]]
"""The body of `POST /booking/checkout | promo-code`, and the client that limits count → the body of its answer."""

JoinLine = Callable[[str], Awaitable[Json]]
"""An event's id → the body of the answer of `POST /events/{id}/queue`, for somebody new."""

TakeTurn = Callable[[str, str], Awaitable[Json]]
"""(event id, queue token) → the body of the answer of `POST /events/{id}/queue/admission`."""

ReadPaymentTerms = Callable[[str], Awaitable[PaymentTerms]]
"""booking_id → how it can be paid. The booking token was checked before."""


class TicketLink(Struct, frozen=True):
    """Where a sold ticket is drawn: `barcode_url` an image of the code of this moment, `pdf_url` a document."""

    barcode_url: str
    pdf_url: str

    @property
    def still_url(self) -> str:
        """The code that is printed: it does not change, so it serves on paper and without a network."""
        return f"{self.barcode_url}{'&' if '?' in self.barcode_url else '?'}still=true"


TicketLinks = Callable[[str, str], TicketLink]
"""(ticket_id, booking_id) → addresses that work for whoever holds the booking's link."""


class Attribution(Struct, frozen=True):
    """A source whose data is shown and whose licence wants it named."""

    name: str
    what: str
    licence: str
    url: str | None = None


class Loading(Struct, frozen=True):
    """Events are being imported: `events` of `total` are there."""

    events: int
    total: int
