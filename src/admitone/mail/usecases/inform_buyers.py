"""Order the mails for all buyers of an event: it was moved, postponed or cancelled, or it is tomorrow."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from admitone.booking.contracts import Booking
from admitone.mail.contracts import MailKind, MailList, MailOrder
from admitone.mail.domain.booking_content import reminder_due_at
from admitone.mail.store.outbox import is_reminded, record_reminded
from admitone.mail.store.unsubscribed import address_keys, unsubscribe
from admitone.mail.usecases.composing.for_all import order_for_all
from admitone.mail.usecases.composing.links import is_unsubscribe_code, read_unsubscribe_code
from admitone.mail.usecases.deps import Deps

INFORM_BUYERS_JOB = "mail.inform_buyers"
_AHEAD = timedelta(hours=48)
_REMINDED_BEFORE = timedelta(hours=3)
_JUST_BOUGHT = timedelta(hours=12)


async def inform_buyers(deps: Deps, *, event_id: str, revision: int) -> int:
    """Order a mail for each buyer of an event that was moved, postponed or cancelled. Return how many bookings.

    Each chunk is a commit of its own; a job that died begins again, and orders nothing twice. The worker sends the
    mails at its rate, after those that a person waits for.
    """
    return await order_for_all(deps, event_id, lambda booking: _order(MailKind.SHOW_CHANGED, booking, version=revision))


async def remind_buyers(deps: Deps) -> int:
    """Order the reminders of events that are tomorrow, once an event and day. Return how many bookings."""
    now, count = deps.now(), 0
    for event in await deps.find_starting_events(now + _REMINDED_BEFORE, now + _AHEAD):
        if reminder_due_at(event.starts_at, event.timezone) > now:
            continue
        # By its day: the buyers of an event that is moved to a later day are reminded again.
        day = event.starts_at.astimezone(ZoneInfo(event.timezone)).date()
        async with deps.pool.connection() as conn:
            if await is_reminded(conn, event.event_id, day):
                continue

        def remind(booking: Booking, day: date = day) -> MailOrder | None:
            if booking.confirmed_at is not None and booking.confirmed_at > now - _JUST_BOUGHT:
                return None  # the buyer has just had a mail that says all of it
            return _order(MailKind.REMINDER, booking, version=day.toordinal())

        count += await order_for_all(deps, event.event_id, remind)
        async with deps.pool.connection() as conn:
            await record_reminded(conn, event.event_id, day)
    return count


async def unsubscribe_buyer(deps: Deps, *, mail_list: MailList, subject_id: str, code: str) -> bool:
    """Send no more mails of a list to the person who got a mail about a booking or a promo code (`subject_id`).

    Return False for a code that is not of a link of ours.
    """
    person = read_unsubscribe_code(deps, mail_list, subject_id, code)
    if person is None and is_unsubscribe_code(deps, mail_list, subject_id, code):
        booking = await deps.find_booking(subject_id)
        if booking is None or booking.buyer_email is None:
            return True
        person = address_keys(deps.keys, booking.buyer_email)[0], booking.organization_id
    if person is None:
        return False
    address_key, organization_id = person
    async with deps.pool.connection() as conn:
        await unsubscribe(conn, address_key, mail_list, organization_id)
    return True


def _order(kind: MailKind, booking: Booking, *, version: int) -> MailOrder:
    return MailOrder(kind, booking.id, booking_id=booking.id, version=version, is_bulk=True)
