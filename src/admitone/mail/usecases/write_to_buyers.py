"""An organizer writes to buyers of an event, all or some: preview, send, and the record of what was sent."""

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.catalogue.contracts import NOT_IN_ORGANIZATION, EventNotFound
from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.booking_content import message_content
from admitone.mail.domain.buyers_message import EVERYONE, Audience, Message
from admitone.mail.domain.refusals import MailIsOff, NoRecipients, TooManyMessages
from admitone.mail.store import messages as store
from admitone.mail.usecases.composing.for_all import count_audience, order_for_all
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import Identity

SEND_MESSAGE_JOB = "mail.send_message"
MESSAGES_A_DAY_MAX = 5
"""To the buyers of one event: people do not read more mails, and providers then refuse the sender."""


class Draft(Struct, frozen=True):
    """`text`: paragraphs with blank lines between them, without markup. `audience`: who gets it."""

    subject: str
    text: str
    audience: Audience = EVERYONE


class MessagePreview(Struct, frozen=True):
    """`recipients`: bookings that have tickets and an address. `subject`, `paragraphs`: as they would be sent."""

    recipients: int
    subject: str
    paragraphs: tuple[str, ...]


async def preview_message(deps: Deps, *, identity: Identity, event_id: str, draft: Draft) -> MessagePreview:
    """Send nothing. Raises `EventNotFound` (also another organization's), `MailIsOff`."""
    await _check(deps, identity, event_id)
    content = message_content(draft.subject, draft.text, None)
    recipients = await count_audience(deps, event_id, draft.audience)
    return MessagePreview(recipients, content.subject, content.paragraphs)


async def send_message(deps: Deps, *, identity: Identity, event_id: str, draft: Draft) -> Message:
    """Record the message and order its mails by a job of the same commit.

    Raises `EventNotFound` (also another organization's), `MailIsOff`, `NoRecipients`, `TooManyMessages`.
    """
    await _check(deps, identity, event_id)
    async with deps.pool.connection() as conn:
        if await store.count_today(conn, event_id) >= MESSAGES_A_DAY_MAX:  # before the work; the insert decides
            raise TooManyMessages
    recipients = await count_audience(deps, event_id, draft.audience)
    if not recipients:
        raise NoRecipients
    message = Message(
        id=deps.new_id("msg"),
        organization_id=identity.organization_id,
        event_id=event_id,
        subject=draft.subject,
        text=draft.text,
        sent_by=identity.actor_id,
        recipients=recipients,
        created_at=deps.now(),
        audience=draft.audience,
    )
    async with deps.pool.connection() as conn, conn.transaction():
        stored = await store.insert_message(conn, message, day_max=MESSAGES_A_DAY_MAX)
        if stored is None:
            raise TooManyMessages
        # A worker of the version before knows no audience: it refuses the job, which then waits for a newer one.
        narrowed = {} if draft.audience.is_everyone else {"is_narrowed": True}
        await deps.defer(conn, SEND_MESSAGE_JOB, message_id=stored.id, **narrowed)
    return stored


async def list_messages(deps: Deps, *, identity: Identity, event_id: str) -> list[Message]:
    """Return what was sent, the newest first. Raises `EventNotFound` (also another organization's)."""
    await _check_owner(deps, identity, event_id)
    async with deps.pool.connection() as conn:
        return await store.list_messages(conn, identity.organization_id, event_id)


async def order_message(deps: Deps, *, message_id: str) -> int:
    """Order the mails of a message; again, nothing changes. Return how many bookings get it."""
    async with deps.pool.connection() as conn:
        message = await store.read_message(conn, message_id)
    if message is None:
        return 0
    audience = message.audience
    admitted = await deps.list_admitted(message.event_id) if audience.not_admitted else {}

    def order(booking: Booking) -> MailOrder | None:
        if not audience.includes(booking, admitted):
            return None
        name = f"{message_id}:{booking.id}"
        return MailOrder(MailKind.ORGANIZER_MESSAGE, name, booking_id=booking.id, is_bulk=True)

    return await order_for_all(deps, message.event_id, order)


async def _check(deps: Deps, identity: Identity, event_id: str) -> None:
    await _check_owner(deps, identity, event_id)
    if not deps.is_on:
        raise MailIsOff


async def _check_owner(deps: Deps, identity: Identity, event_id: str) -> None:
    terms = await deps.read_sale_terms(event_id)
    if terms is None or terms.organization_id != identity.organization_id:
        raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
