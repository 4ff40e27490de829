"""What organizers send and read about messages to buyers."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from admitone.kit.text import NAME, TEXT
from admitone.mail.domain.buyers_message import Message


class MessageIn(Struct, frozen=True, forbid_unknown_fields=True):
    """`text`: paragraphs with blank lines between them; no markup. `preview`: send nothing, only count and show."""

    subject: Annotated[str, Meta(min_length=1, max_length=120, extra={"rule": NAME})]
    text: Annotated[str, Meta(min_length=1, max_length=4000, extra={"rule": TEXT})]
    preview: bool = False


class MessageOut(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`recipients`: bookings that have tickets and an address. `id` and `created_at` are absent in a preview."""

    recipients: int
    subject: str
    text: str
    id: str | None = None
    created_at: datetime | None = None
    sent_by: str | None = None


class MessagesOut(Struct, frozen=True):
    messages: list[MessageOut]


def message_out(message: Message) -> MessageOut:
    return MessageOut(
        id=message.id,
        created_at=message.created_at,
        sent_by=message.sent_by,
        recipients=message.recipients,
        subject=message.subject,
        text=message.text,
    )
