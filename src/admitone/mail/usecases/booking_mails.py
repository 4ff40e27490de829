"""The mails of one booking: list them, send one again, and lift the block of its address."""

from msgspec.structs import replace

from admitone.booking.contracts import Booking
from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.booking_mail import Block, BookingMail, BookingMails
from admitone.mail.domain.refusals import (
    BookingHasNoAddress,
    ComplaintStays,
    MailedBookingNotFound,
    MailIsOff,
    MailNotFound,
    MailNotRepeatable,
    TooManyCopies,
)
from admitone.mail.store import outbox as store
from admitone.mail.store.blocked_addresses import lift_bounce, read_block
from admitone.mail.store.outbox import Mail
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import Identity

COPIES_A_DAY_MAX = 5
"""Of a booking: more of them do not help a buyer who does not get them, and annoy the others."""
LISTED_MAX = 50


async def list_booking_mails(deps: Deps, *, identity: Identity, booking_id: str) -> BookingMails:
    """Raises `MailedBookingNotFound` (also another organization's)."""
    booking = await _own_booking(deps, identity, booking_id)
    async with deps.pool.connection() as conn:
        mails = await store.list_booking_mails(conn, booking_id, size=LISTED_MAX)
        block = None if booking.buyer_email is None else await read_block(conn, deps.keys, booking.buyer_email)
    if block is not None and not await _is_own_mail(deps, identity, block):
        # A block counts for the whole installation; what a server said of another organization's mail is not told.
        block = replace(block, detail="")
    return BookingMails(booking.buyer_email is not None, block, [_shown(mail) for mail in mails])


async def send_booking_mail(deps: Deps, *, identity: Identity, booking_id: str, mail_id: str | None) -> BookingMail:
    """Send a mail of the booking again; `mail_id` None: the tickets.

    Raises `MailedBookingNotFound` (also another organization's), `MailIsOff`, `BookingHasNoAddress`, `MailNotFound`,
    `MailNotRepeatable`, `TooManyCopies`.
    """
    booking = await _own_booking(deps, identity, booking_id)
    if not deps.is_on:
        raise MailIsOff
    if booking.buyer_email is None:
        raise BookingHasNoAddress
    async with deps.pool.connection() as conn, conn.transaction():
        if await store.count_copies(conn, booking_id) >= COPIES_A_DAY_MAX:
            raise TooManyCopies
        copied_id = mail_id or await store.find_mail_of(conn, booking_id, MailKind.BOOKING_CONFIRMED)
        if copied_id is None:  # sold before there was a mail server, or more than 30 days ago: the row is deleted
            order = MailOrder(MailKind.BOOKING_CONFIRMED, booking_id, booking_id=booking_id)
            made_id = deps.new_id("mai")
            await store.put_mails(conn, [(made_id, order)])
            sent = await store.read_mail(conn, made_id)
            assert sent is not None, "the lock of `count_copies` excludes another one"
            return _shown(sent)
        mail = await store.read_mail(conn, copied_id)
        if mail is None or mail.booking_id != booking_id:
            raise MailNotFound(copied_id)
        copied = await store.copy_mail(conn, copied_id, deps.new_id("mai"))
    if copied is None:
        raise MailNotRepeatable(copied_id)
    return _shown(copied)


async def lift_block(deps: Deps, *, identity: Identity, booking_id: str) -> None:
    """Send mail to the address of the booking again that bounced.

    Raises `MailedBookingNotFound` (also another organization's), `BookingHasNoAddress`, `ComplaintStays`.
    """
    booking = await _own_booking(deps, identity, booking_id)
    if booking.buyer_email is None:
        raise BookingHasNoAddress
    async with deps.pool.connection() as conn:
        if not await lift_bounce(conn, deps.keys, booking.buyer_email):
            raise ComplaintStays


async def _is_own_mail(deps: Deps, identity: Identity, block: Block) -> bool:
    """Return whether the report was about a mail of a booking of the organization."""
    booking = None if block.booking_id is None else await deps.find_booking(block.booking_id)
    return booking is not None and booking.organization_id == identity.organization_id


async def _own_booking(deps: Deps, identity: Identity, booking_id: str) -> Booking:
    booking = await deps.find_booking(booking_id)
    if booking is None or booking.organization_id != identity.organization_id:
        raise MailedBookingNotFound
    return booking


def _shown(mail: Mail) -> BookingMail:
    return BookingMail(
        id=mail.id,
        kind=mail.kind,
        state=mail.state,
        is_copy=mail.copy > 0,
        created_at=mail.created_at,
        ended_at=mail.ended_at,
        error=mail.error,
    )
