"""The contract of mail: put a mail into the outbox, and sign in by a link that is sent to an address."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct

from admitone.kit.postgres import Connection


class MailKind(Enum):
    """What a mail is about. The first group is composed from the booking, or the promo code, as it is when the mail is
    sent.

    The second group says what its `Notice` says.
    """

    BOOKING_CONFIRMED = "booking_confirmed"
    PAYMENT_LOST = "payment_lost"
    SHOW_CHANGED = "show_changed"
    REFUND = "refund"
    REMINDER = "reminder"
    SEAT_EXCHANGED = "seat_exchanged"
    ORGANIZER_MESSAGE = "organizer_message"
    PROMO_CODE = "promo_code"

    SIGN_IN = "sign_in"
    STAFF_INVITATION = "staff_invitation"
    REPLY_ADDRESS = "reply_address"
    TICKET_TRANSFER = "ticket_transfer"
    TICKET_RETURN = "ticket_return"
    ADDRESS_CORRECTION = "address_correction"
    WAITING_LIST = "waiting_list"
    TEST = "test"


class MailList(Enum):
    """Mails that a recipient can refuse: each has a link that unsubscribes (RFC 8058)."""

    REMINDERS = "reminders"
    MESSAGES = "messages"
    """Of one organization."""


class Notice(Struct, frozen=True, omit_defaults=True):
    """The words of a mail that its writer composes. Each text is one line or paragraph, without markup.

    `link_label` and `link_url` are the button: where the recipient acts. `sender_name`: the organization's name, shown
    as the sender; None: the installation's. `organization_id`: whose mail identity introduces a mail to a `recipient`.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...]
    link_label: str | None = None
    link_url: str | None = None
    notes: tuple[str, ...] = ()
    """Small print below the button: until when it is valid, what to do if the mail is a mistake."""
    sender_name: str | None = None
    organization_id: str | None = None


class MailOrder(Struct, frozen=True):
    """A mail to be sent. (kind, subject_id, version) is sent once: ordered again, it changes nothing.

    Either `booking_id` (the mail goes to the booking's buyer, read when it is sent; a booking without an address gets
    none) or `recipient`; neither for a promo code, whose person is read when it is sent. `version` is the state of the
    subject that makes the mail necessary. `send_before`: from then on the mail is not sent any more; None: three days.
    `wait_seconds`: until then, later states may replace this one.
    """

    kind: MailKind
    subject_id: str
    booking_id: str | None = None
    recipient: str | None = None
    version: int = 0
    notice: Notice | None = None
    send_before: datetime | None = None
    wait_seconds: int = 0
    is_bulk: bool = False
    """One of many: mails that a person waits for are sent first."""


PutMail = Callable[[Connection, Sequence[MailOrder]], Awaitable[None]]
"""In the transaction that makes the mails necessary: put them into the outbox, with one statement. A worker sends them
after the commit. Where no mail server is configured, nothing is written."""

Unsubscribe = Callable[[MailList, str, str], Awaitable[bool]]
"""(list, booking_id, code of the link in a mail of that list) → whether the code was right: the booking's buyer gets no
such mails any more; of messages, none of the booking's organization."""

RequestSignIn = Callable[[str, str | None], Awaitable[None]]
"""(address, address block of the client) → nothing: the same for known and unknown addresses. A known one gets a mail
with a link. Raises `TooManySignIns`."""

SignIn = Callable[[str], Awaitable[str]]
"""Code of a link → token of a new session, for a cookie. A code works once. Raises `SignInLinkInvalid`."""

SignOut = Callable[[str], Awaitable[None]]
"""Token of a session → the session is revoked."""

ReadSession = Callable[[str], Awaitable[str | None]]
"""Token of a session → the address that its client has proved to read; None: unknown, expired or revoked."""
