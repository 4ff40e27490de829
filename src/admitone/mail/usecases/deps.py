"""What the use cases of mail work with, given by the role."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.booking.contracts import (
    Booking,
    CountEventBookings,
    FindAddressBookings,
    FindBooking,
    FindEventBookings,
    FindPersonalCode,
    FindStartingEvents,
)
from admitone.catalogue.contracts import ReadDocuments, ReadSaleTerms
from admitone.kit.ids import new_id
from admitone.kit.jobs import Defer
from admitone.kit.keys import KeyRing
from admitone.kit.postgres import Pool
from admitone.mail.domain.content import Attachment, MailContent
from admitone.mail.domain.delivery import Envelope
from admitone.organizers.contracts import ReadAddress, ReadMailIdentity
from admitone.payments.contracts import ListRefunds

KEEP_DAYS = 30

AttachTickets = Callable[[str], Awaitable[list[Attachment]]]
"""booking_id → its valid tickets to print, and a calendar entry."""

LinkBooking = Callable[[Booking], str]
"""The address that opens the booking on any device."""

SendEnvelope = Callable[[Envelope], Awaitable[None]]
"""Raises `ServerUnavailable`, `MailRejected`, `MailDeferred`, `OutcomeUnknown` (domain/delivery.py)."""

ListAdmitted = Callable[[str], Awaitable[dict[str, str | None]]]
"""event_id → the tickets that admitted a person, and the booking that had them then (None: not recorded)."""

IsRush = Callable[[], Awaitable[bool]]
"""Whether checkouts come as in a rush now: then what can wait waits."""

DrawMessage = Callable[[MailContent, str, str | None, str, datetime], Envelope]
"""(content, recipient, the recipient's name, Message-ID, now) → the message. Raises `ValueError` for an address that no
mail can carry."""


@dataclass(frozen=True)
class Deps:
    """Use cases that write the outbox or a sign-in need no server: `is_on` says whether one is configured."""

    pool: Pool
    now: Callable[[], datetime]
    is_on: bool
    domain: str
    """Of the sender's address: Message-IDs end in it."""
    from_address: str
    bounces_to: str | None
    """The mailbox of reports: the envelope names it, with the token of the mail. None: the sender's address."""
    reports_secret: str | None
    """What a caller must know to report bounces; None: none are taken."""
    public_url: str
    keys: KeyRing
    """Sign the codes of links (sign-in, unsubscribing) and the tokens of mails, and hash addresses."""
    find_booking: FindBooking
    find_event_bookings: FindEventBookings
    count_event_bookings: CountEventBookings
    find_address_bookings: FindAddressBookings
    find_starting_events: FindStartingEvents
    find_personal_code: FindPersonalCode
    read_documents: ReadDocuments
    read_sale_terms: ReadSaleTerms
    read_mail_identity: ReadMailIdentity
    read_address: ReadAddress
    list_refunds: ListRefunds
    list_admitted: ListAdmitted
    attach_tickets: AttachTickets
    link_booking: LinkBooking
    is_rush: IsRush
    draw_message: DrawMessage
    send: SendEnvelope
    defer: Defer
    random_share: Callable[[], float]
    """0 … 1, for pauses that differ."""
    random_token: Callable[[], str]
    """A new secret of at least 256 bits."""
    new_id: Callable[[str], str] = new_id
    keep_days: int = KEEP_DAYS
    """How long mails that ended stay in the outbox."""
