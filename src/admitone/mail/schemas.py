"""What organizers send and read about messages to buyers and the mails of a booking, and what receivers report."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from admitone.kit.text import NAME, TEXT
from admitone.mail.domain.booking_mail import BookingMail, BookingMails
from admitone.mail.domain.buyers_message import EVERYONE, Audience, Message
from admitone.mail.domain.reports import Outcome, Report, is_address_wrong

PriceLevelId = Annotated[str, Meta(min_length=1, max_length=60)]


class AudienceIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`price_level_ids`: buyers of a ticket of one of these levels. `not_admitted`: buyers of whom no ticket was
    scanned at the gate yet. Both together: of these levels, those who have not come."""

    price_level_ids: Annotated[list[PriceLevelId], Meta(max_length=100)] = []
    not_admitted: bool = False


class AudienceOut(Struct, frozen=True, omit_defaults=True):
    """As in `AudienceIn`."""

    price_level_ids: list[str] = []
    not_admitted: bool = False


class MessageIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`text`: paragraphs with blank lines between them; no markup. `preview`: send nothing, only count and show.
    `audience`: absent, all buyers."""

    subject: Annotated[str, Meta(min_length=1, max_length=120, extra={"rule": NAME})]
    text: Annotated[str, Meta(min_length=1, max_length=4000, extra={"rule": TEXT})]
    preview: bool = False
    audience: AudienceIn | None = None


class MessageOut(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`recipients`: bookings that have tickets and an address. `id` and `created_at` are absent in a preview,
    `audience` if all buyers get it."""

    recipients: int
    subject: str
    text: str
    id: str | None = None
    created_at: datetime | None = None
    sent_by: str | None = None
    audience: AudienceOut | None = None


class MessagesOut(Struct, frozen=True):
    messages: list[MessageOut]


def audience_of(given: AudienceIn | None) -> Audience:
    return EVERYONE if given is None else Audience(tuple(given.price_level_ids), given.not_admitted)


def audience_out(audience: Audience) -> AudienceOut | None:
    return None if audience.is_everyone else AudienceOut(list(audience.price_level_ids), audience.not_admitted)


def message_out(message: Message) -> MessageOut:
    return MessageOut(
        id=message.id,
        created_at=message.created_at,
        sent_by=message.sent_by,
        recipients=message.recipients,
        subject=message.subject,
        text=message.text,
        audience=audience_out(message.audience),
    )


class BookingMailIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`mail_id`: of a mail of the booking; absent: its tickets."""

    mail_id: Annotated[str, Meta(min_length=1, max_length=60)] | None = None


class BookingMailOut(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`state`: queued | claimed | sending | sent | skipped | failed. `is_copy`: a person sent it again. `error`: the
    last fault, or why it was not sent."""

    id: str
    kind: str
    state: str
    created_at: datetime
    is_copy: bool
    ended_at: datetime | None = None
    error: str | None = None


class AddressOut(Struct, frozen=True, omit_defaults=True):
    """`state`: none (the booking has no address), reached, bounced (no mail is sent to it), complained (only necessary
    mails are). `detail`: what the receiving server said of a mail of the organization's own bookings."""

    state: Literal["none", "reached", "bounced", "complained"]
    detail: str | None = None
    since: datetime | None = None


class BookingMailsOut(Struct, frozen=True):
    """`sends_mail`: a mail server is configured."""

    sends_mail: bool
    address: AddressOut
    mails: list[BookingMailOut]


class MailPreviewOut(Struct, frozen=True, kw_only=True):
    """`sender`: the address that mails come from; null, no mail is sent. `reply_to`: null, replies go to the sender's
    address. `html` is a whole document: show it in a frame without an origin."""

    subject: str
    sender_name: str
    sender: str | None
    reply_to: str | None
    text: str
    html: str


class MailTestOut(Struct, frozen=True):
    sent_to: str


class ReportIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`message_id`: the Message-ID of the mail, or the envelope's sender. `status`: the code of RFC 3463, or the
    server's answer; a bounce without one counts as permanent. Repeat a provider's temporary failures with their 4.x.x
    code, or leave them out."""

    message_id: Annotated[str, Meta(min_length=1, max_length=1000)]
    kind: Literal["bounce", "complaint"]
    status: Annotated[str, Meta(max_length=1000)] | None = None


class ReportOut(Struct, frozen=True):
    """`outcome`: bounce or complaint (the address is blocked), soft (it is not), unknown (no mail of ours)."""

    outcome: str


def report_of(data: ReportIn) -> Report:
    if data.kind == "complaint":
        return Report(Outcome.COMPLAINT, data.message_id, data.status or "")
    is_permanent = data.status is None or is_address_wrong(data.status)
    return Report(Outcome.BOUNCE if is_permanent else Outcome.SOFT, data.message_id, data.status or "")


def booking_mail_out(mail: BookingMail) -> BookingMailOut:
    return BookingMailOut(
        id=mail.id,
        kind=mail.kind,
        state=mail.state,
        created_at=mail.created_at,
        is_copy=mail.is_copy,
        ended_at=mail.ended_at,
        error=mail.error,
    )


def address_out(found: BookingMails) -> AddressOut:
    if found.block is None:
        return AddressOut("reached" if found.has_address else "none")
    state: Literal["bounced", "complained"] = "bounced" if found.block.reason == "bounce" else "complained"
    return AddressOut(state, found.block.detail or None, found.block.blocked_at)
