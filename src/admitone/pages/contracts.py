"""The contracts of the slices that pages use, as callables that the role wires in.

Events are read as the JSON documents that every client of the API gets. Everything else is typed by the contracts of
the slice that it belongs to. Every callable raises the Refusals of its endpoint.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from admitone.payments.contracts import PaymentTerms

Document = dict[str, Any]
"""An event as a public JSON document: templates render it, and its page embeds it for the scripts."""

ReadDocument = Callable[[str], Awaitable[Document]]
"""An id → the body of `GET /events/details/{id}`."""

ReadPaymentTerms = Callable[[str], Awaitable[PaymentTerms]]
"""booking_id → the ways to pay for it. The caller has checked the booking token."""


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


class ReceivedFile(Struct, frozen=True):
    """An attachment of a mail."""

    name: str
    media_type: str
    content: bytes


class ReceivedMail(Struct, frozen=True):
    """A mail that the demo's own mail server has received. `text` and `html` are its two bodies; "" without one."""

    id: str
    received_at: datetime
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    files: tuple[ReceivedFile, ...]


class DemoMailbox(Protocol):
    """The mails that a demo has sent."""

    def read_all(self) -> list[ReceivedMail]:
        """Return the newest mails first."""

    def read(self, mail_id: str) -> ReceivedMail | None:
        """Return one mail. Any text may come in."""
