"""What one mail says, before templates and MIME: the same for its plain text and its HTML."""

from typing import Any

from msgspec import Struct

from admitone.mail.contracts import MailList
from admitone.mail.domain.accent import Accent


class TicketLine(Struct, frozen=True):
    """A ticket as one line: `Stalls, row F, seat 11`, and its price level."""

    place: str
    detail: str


class Link(Struct, frozen=True):
    label: str
    url: str


class Attachment(Struct, frozen=True):
    """A file that travels with the mail. `media_type` is `type/subtype`."""

    name: str
    media_type: str
    content: bytes
    parameters: dict[str, str] = {}


class Subscription(Struct, frozen=True):
    """The list that a mail belongs to. `organization_id`: the sender of messages. `label`, `url`: the link that
    unsubscribes."""

    mail_list: MailList
    organization_id: str
    label: str
    url: str


class MailContent(Struct, frozen=True, kw_only=True):
    """Texts are plain: templates escape them. `told`: the version of the subject that the texts tell.

    `facts`: (label, text) rows: when, where. `button`: where the recipient acts; `links`: the rest. `markup`: JSON-LD.
    `subscription`: of mails that are not necessary. `sender_name`, `reply_to`, `accent`: how the mail introduces
    its organization. `seller`: its imprint, terms and words on privacy.
    """

    subject: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    tickets: tuple[TicketLine, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    button: Link | None = None
    links: tuple[Link, ...] = ()
    notes: tuple[str, ...] = ()
    markup: tuple[dict[str, Any], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sender_name: str | None = None
    subscription: Subscription | None = None
    reply_to: str | None = None
    accent: Accent | None = None
    seller: Link | None = None
    told: int = 0


class AddressBlocked(Exception):
    """The mail is necessary, and is not sent: earlier ones to this address came back. A person corrects the address."""


class NotNeeded(Exception):
    """The mail is not sent: its content is outdated, was sent before, or has no recipient."""
