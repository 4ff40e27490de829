"""Compose a mail from what the other slices say now: it never says what is no longer so, and nothing twice."""

from msgspec import convert
from msgspec.structs import replace

from admitone.booking.contracts import Booking, PersonalCode
from admitone.mail.contracts import MailKind, MailList, Notice
from admitone.mail.domain.account_content import notice_content, sign_in_content
from admitone.mail.domain.booking_content import (
    REVOKED_VERSION,
    BookingFacts,
    confirmed_content,
    message_content,
    payment_lost_content,
    refund_content,
    reminder_content,
    seat_exchanged_content,
    show_changed_content,
)
from admitone.mail.domain.content import MailContent, NotNeeded, Subscription
from admitone.mail.domain.promo_content import PromoFacts, promo_code_content
from admitone.mail.domain.reservation_markup import reservation_markup
from admitone.mail.store.messages import read_message
from admitone.mail.store.outbox import Mail
from admitone.mail.usecases.composing.introduce import introduce
from admitone.mail.usecases.composing.links import sign_in_url, unsubscribe_url
from admitone.mail.usecases.composing.sample_mail import compose_test
from admitone.mail.usecases.deps import Deps
from admitone.organizers.contracts import MailIdentity

ATTACHED_TICKETS_MAX = 10
"""Drawing a ticket takes up to 0.5 s: larger bookings open their tickets by the link."""


async def compose(deps: Deps, mail: Mail, *, attaches: bool) -> tuple[str, str | None, MailContent]:
    """Return (address, name, content). `attaches`: draw the tickets and attach them.

    Raises `NotNeeded` for a mail that would say nothing true or nothing new.
    """
    if mail.booking_id is not None:
        booking = await deps.find_booking(mail.booking_id)
        if booking is None or booking.buyer_email is None:
            raise NotNeeded("the booking has no address")
        identity = await deps.read_mail_identity(booking.organization_id)
        content = await _of_booking(deps, mail, booking, identity, attaches=attaches)
        return booking.buyer_email, booking.buyer_name, introduce(content, identity, public_url=deps.public_url)
    if mail.kind == MailKind.PROMO_CODE.value:
        return await _of_promo_code(deps, mail.subject_id)
    if mail.recipient is None:
        raise NotNeeded("the recipient was erased")
    if mail.kind == MailKind.SIGN_IN.value:
        bookings = await deps.find_address_bookings(mail.recipient)
        if not bookings:
            raise NotNeeded("no booking was bought with this address")
        return mail.recipient, None, sign_in_content(sign_in_url(deps, mail.subject_id), len(bookings))
    if mail.facts is None and mail.kind == MailKind.TEST.value:
        return mail.recipient, None, await compose_test(deps, mail.subject_id)
    if mail.facts is None:
        raise NotNeeded("its words were erased")
    notice = convert(mail.facts, Notice)
    content = notice_content(notice)
    if notice.organization_id is not None:
        identity = await deps.read_mail_identity(notice.organization_id)
        content = introduce(content, identity, public_url=deps.public_url)
    return mail.recipient, None, content


async def _of_promo_code(deps: Deps, promo_id: str) -> tuple[str, str | None, MailContent]:
    code = await deps.find_personal_code(promo_id)
    if code is None:
        raise NotNeeded("the code is deleted, or its person was erased")
    documents = await deps.read_documents((code.event_id,)) if code.event_id is not None else []
    if code.event_id is not None and not documents:
        raise NotNeeded("the event is not published any more")
    identity = await deps.read_mail_identity(code.organization_id)
    organizer = None if identity is None else identity.shown_name
    page = "/" if identity is None or identity.page_path is None else identity.page_path
    facts = PromoFacts(
        code,
        documents[0] if documents else None,
        organizer,
        link=deps.public_url + (page if code.event_id is None else f"/e/{code.event_id}"),
        subscription=_list_of(deps, MailList.MESSAGES, code, code.recipient, _no_messages(organizer)),
    )
    content = promo_code_content(facts, now=deps.now())
    return code.recipient, None, introduce(content, identity, public_url=deps.public_url)


async def _of_booking(
    deps: Deps, mail: Mail, booking: Booking, identity: MailIdentity | None, *, attaches: bool
) -> MailContent:
    if mail.facts is not None:
        return notice_content(convert(mail.facts, Notice))
    documents = await deps.read_documents((booking.event_id,))
    if not documents:
        raise NotNeeded("the event is not published any more")
    organizer = None if identity is None else identity.shown_name
    facts = BookingFacts(
        booking, documents[0], organizer, deps.link_booking(booking), _subscription(deps, mail, booking, organizer)
    )
    match MailKind(mail.kind):
        case MailKind.BOOKING_CONFIRMED | MailKind.SEAT_EXCHANGED as kind:
            content = confirmed_content(facts) if kind is MailKind.BOOKING_CONFIRMED else seat_exchanged_content(facts)
            if attaches and sum(not ticket.refunded for ticket in booking.tickets) <= ATTACHED_TICKETS_MAX:
                content = replace(content, attachments=tuple(await deps.attach_tickets(booking.id)))
        case MailKind.PAYMENT_LOST:
            return payment_lost_content(facts, is_revoked=mail.version == REVOKED_VERSION)
        case MailKind.SHOW_CHANGED:
            content = show_changed_content(facts)
        case MailKind.REMINDER:
            content = reminder_content(facts, now=deps.now())
        case MailKind.ORGANIZER_MESSAGE:
            async with deps.pool.connection() as conn:
                message = await read_message(conn, mail.subject_id.partition(":")[0])
            if message is None:
                raise NotNeeded("there is no such message")
            return message_content(message.subject, message.text, facts)
        case MailKind.REFUND:
            refund = next(
                (refund for refund in await deps.list_refunds(booking.id) if refund.id == mail.subject_id), None
            )
            if refund is None:
                raise NotNeeded("there is no such refund")
            return refund_content(facts, refund)
        case _:
            raise NotNeeded(f"a mail of kind {mail.kind} has words of its own, and they were erased")
    markup = reservation_markup(booking, facts.event, link=facts.link, origin=deps.public_url)
    return replace(content, markup=markup)


def _subscription(deps: Deps, mail: Mail, booking: Booking, organizer: str | None) -> Subscription | None:
    assert booking.buyer_email is not None, "the mail goes there"
    match MailKind(mail.kind):
        case MailKind.REMINDER:
            return _list_of(deps, MailList.REMINDERS, booking, booking.buyer_email, "No more reminders")
        case MailKind.ORGANIZER_MESSAGE:
            return _list_of(deps, MailList.MESSAGES, booking, booking.buyer_email, _no_messages(organizer))
        case _:
            return None


def _no_messages(organizer: str | None) -> str:
    return f"No more messages from {organizer or 'this organizer'}"


def _list_of(deps: Deps, mail_list: MailList, about: Booking | PersonalCode, address: str, label: str) -> Subscription:
    """`address`: whose mail it is, and whom its link unsubscribes."""
    url = unsubscribe_url(deps, mail_list, about.id, address=address, organization_id=about.organization_id)
    return Subscription(mail_list, about.organization_id, label, url)
