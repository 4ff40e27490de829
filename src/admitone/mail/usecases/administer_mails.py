"""What an operator does with the outbox: look at mails, send one again, send a test, delete what is old."""

from msgspec import Struct

from admitone.mail.contracts import MailKind, MailOrder, Notice
from admitone.mail.domain.content import NotNeeded
from admitone.mail.domain.refusals import (
    BookingHasNoAddress,
    MailedBookingNotFound,
    MailNotFound,
    MailNotRepeatable,
    NoSuchBookingMail,
)
from admitone.mail.store import outbox as store
from admitone.mail.store.blocked_addresses import unblock_address
from admitone.mail.store.outbox import Mail
from admitone.mail.store.sign_in import forget_sign_ins
from admitone.mail.usecases.composing.compose import compose
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.put_mail import put_mail


class ShownMail(Struct, frozen=True):
    """A mail of the outbox, to whom it goes, and what it would say now; `words` None: nothing, because of `reason`."""

    mail: Mail
    recipient: str | None
    subject: str | None
    reason: str | None


async def list_mails(deps: Deps, *, state: str | None, size: int) -> list[Mail]:
    """Return the newest mails, of one state or of any."""
    async with deps.pool.connection() as conn:
        return await store.list_mails(conn, state=state, size=size)


async def show_mail(deps: Deps, *, mail_id: str) -> ShownMail:
    """Return a mail, composed as it would be sent now. Raises `MailNotFound`."""
    async with deps.pool.connection() as conn:
        mail = await store.read_mail(conn, mail_id)
    if mail is None:
        raise MailNotFound(mail_id)
    try:
        recipient, _, content = await compose(deps, mail, attaches=False)
    except NotNeeded as reason:
        return ShownMail(mail, mail.recipient, None, str(reason))
    return ShownMail(mail, recipient, content.subject, None)


async def resend_mail(deps: Deps, *, mail_id: str) -> Mail:
    """Send a mail again that has ended, as a new one. Raises `MailNotFound`, `MailNotRepeatable`."""
    async with deps.pool.connection() as conn, conn.transaction():
        copied = await store.copy_mail(conn, mail_id, deps.new_id("mai"))
        if copied is None and await store.read_mail(conn, mail_id) is None:
            raise MailNotFound(mail_id)
    if copied is None:
        raise MailNotRepeatable(mail_id)
    return copied


async def resend_booking_mail(deps: Deps, *, booking_id: str, kind: MailKind) -> Mail:
    """Send the newest mail of one kind of a booking again; the tickets also if no mail of them is recorded.

    Raises `MailedBookingNotFound`, `BookingHasNoAddress`, `NoSuchBookingMail`, `MailNotRepeatable`.
    """
    booking = await deps.find_booking(booking_id)
    if booking is None:
        raise MailedBookingNotFound
    if booking.buyer_email is None:
        raise BookingHasNoAddress
    async with deps.pool.connection() as conn:
        mail_id = await store.find_mail_of(conn, booking_id, kind)
        if mail_id is None and kind is MailKind.BOOKING_CONFIRMED:
            order = MailOrder(kind, booking_id, booking_id=booking_id)
            await put_mail(conn, [order])
            mail_id = await store.find_mail_of(conn, booking_id, kind)
            made = None if mail_id is None else await store.read_mail(conn, mail_id)
            assert made is not None, "it was put into the outbox now, or at the same moment by another caller"
            return made
    if mail_id is None:
        raise NoSuchBookingMail(kind.value)
    return await resend_mail(deps, mail_id=mail_id)


async def send_test(deps: Deps, *, recipient: str) -> None:
    """Put a test mail for `recipient` into the outbox: it takes the way of all mails."""
    notice = Notice(
        "Test mail of AdmitOne",
        "Mail works",
        (f"This mail was sent by admitone mail test, from {deps.public_url}.",),
    )
    order = MailOrder(MailKind.TEST, deps.new_id("tst"), recipient=recipient, notice=notice)
    async with deps.pool.connection() as conn:
        await put_mail(conn, [order])


async def unblock_mail(deps: Deps, *, address: str) -> bool:
    """Send mail to an address again. Return False where nothing had blocked it."""
    async with deps.pool.connection() as conn:
        return await unblock_address(conn, deps.keys, address)


async def forget_mails(deps: Deps) -> None:
    """Delete mails that ended more than `keep_days` days ago, links of yesterday, and sessions that have ended."""
    async with deps.pool.connection() as conn:
        await store.forget_mails(conn, keep_days=deps.keep_days)
        await forget_sign_ins(conn)
