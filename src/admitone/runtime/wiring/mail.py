"""Mail: what it reads from the other slices when it composes, and what these announce to it."""

import random
import secrets
from functools import cache

from msgspec.structs import replace

from admitone.booking.contracts import AnnounceBookings, AnnouncePersonalCodes, Booking, announce_nothing
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.find_bookings import (
    count_event_bookings,
    find_address_bookings,
    find_booking,
    find_event_bookings,
    find_starting_events,
)
from admitone.booking.usecases.mail_promo_codes import find_personal_code
from admitone.catalogue.usecases.browsing import get_event_view
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.documents import read_documents
from admitone.catalogue.usecases.events import read_sale_terms
from admitone.kit.keys import derive_ring
from admitone.mail.adapters.dkim import DkimKeyUnusable, DkimSettings, SignMessage, open_signer
from admitone.mail.adapters.smtp import SmtpSender
from admitone.mail.domain.content import Attachment
from admitone.mail.domain.delivery import Envelope, ServerUnavailable
from admitone.mail.drawing.message import Sender, draw_message
from admitone.mail.usecases.deps import KEEP_DAYS, AttachTickets, Deps, LinkBooking, SendEnvelope
from admitone.mail.usecases.put_mail import project_bookings, project_personal_codes, project_refund
from admitone.organizers.usecases.account import read_address
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.mail_identity import read_mail_identity
from admitone.pages.domain.booking_links import BookingLinks
from admitone.pages.domain.calendar import calendar_entry
from admitone.payments.contracts import AnnounceRefund, announce_no_refund
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.refunds import get_refunds
from admitone.runtime.settings import Settings
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.runtime.wiring.tickets import booking_printer
from admitone.tickets.contracts import PrintBooking
from admitone.tickets.usecases.check_in import list_admitted
from admitone.tickets.usecases.deps import Deps as TicketsDeps
from admitone.waiting_room.usecases.admission_rounds import is_rush
from admitone.waiting_room.usecases.deps import Deps as WaitingRoomDeps

_NOWHERE = Sender("nobody@localhost.invalid")
_TOKEN_BYTES = 32


def booking_announcer(settings: Settings) -> AnnounceBookings:
    """Return what booking announces to: mail where a server is configured, else no slice."""
    return announce_nothing if settings.mail is None else project_bookings


def code_announcer(settings: Settings) -> AnnouncePersonalCodes | None:
    """Return what booking announces codes for single people to; None where no mail is sent."""
    return None if settings.mail is None else project_personal_codes


def refund_announcer(settings: Settings) -> AnnounceRefund:
    return announce_no_refund if settings.mail is None else project_refund


def mail_days(settings: Settings) -> int:
    """Return how long mails that ended stay: no longer than the personal data that they are about."""
    return min(KEEP_DAYS, settings.personal_data_days or KEEP_DAYS)


def wire_mail(
    process: Process,
    *,
    catalogue: Provide[CatalogueDeps],
    organizers: OrganizersDeps,
    booking: BookingDeps,
    payments: PaymentsDeps,
    tickets: Provide[TicketsDeps],
    waiting_room: Provide[WaitingRoomDeps],
    links: BookingLinks,
) -> Deps:
    """The connection to the mail server opens with the first mail, and closes with the process."""
    settings = process.settings
    sender = _NOWHERE if settings.mail is None else Sender(settings.mail.from_address, settings.mail.from_name)

    def link(booking: Booking) -> str:
        return f"{settings.public_url}/my/{booking.id}?c={links.code(booking.id, booking.link_version)}"

    return Deps(
        pool=process.pool,
        now=utc_now,
        is_on=settings.mail is not None,
        domain=sender.domain,
        from_address=sender.address,
        bounces_to=settings.mail.bounces_to if settings.mail else None,
        reports_secret=settings.mail.reports_secret if settings.mail else None,
        public_url=settings.public_url,
        keys=derive_ring(settings.secret_keys, "mail"),
        find_booking=lambda booking_id: find_booking(booking, booking_id),
        find_event_bookings=lambda event_id, after_id, size: find_event_bookings(booking, event_id, after_id, size),
        count_event_bookings=lambda event_id, choice: count_event_bookings(booking, event_id, choice),
        find_address_bookings=lambda address: find_address_bookings(booking, address),
        find_starting_events=lambda starts_from, starts_to: find_starting_events(booking, starts_from, starts_to),
        find_personal_code=lambda promo_id: find_personal_code(booking, promo_id),
        read_documents=lambda event_ids: read_documents(catalogue(), event_ids),
        read_sale_terms=lambda event_id: read_sale_terms(catalogue(), event_id),
        read_mail_identity=lambda organization_id: read_mail_identity(organizers, organization_id),
        read_address=lambda identity: read_address(organizers, identity),
        list_refunds=lambda booking_id: get_refunds(payments, booking_id),
        list_admitted=lambda event_id: list_admitted(tickets(), event_id),
        attach_tickets=_attacher(catalogue, tickets, booking, link),
        link_booking=link,
        is_rush=lambda: _is_rush(settings, waiting_room),
        draw_message=lambda content, recipient, name, message_id, now: draw_message(
            content, sender=sender, recipient=recipient, recipient_name=name, message_id=message_id, now=now
        ),
        send=_open_sender(process),
        defer=process.defer,
        random_share=random.SystemRandom().random,
        random_token=lambda: secrets.token_urlsafe(_TOKEN_BYTES),
        keep_days=mail_days(settings),
    )


async def _is_rush(settings: Settings, waiting_room: Provide[WaitingRoomDeps]) -> bool:
    return settings.defers_in_rush and await is_rush(waiting_room())


def _open_sender(process: Process) -> SendEnvelope:
    mail = process.settings.mail
    if mail is None:

        async def refuse(_envelope: Envelope) -> None:
            raise ServerUnavailable("ADMITONE_MAIL_URL is not set")

        return refuse
    domain = Sender(mail.from_address).domain
    sender = SmtpSender(mail.server, rate=mail.rate, host_name=domain)
    process.closing.push_async_callback(sender.close)
    return sender.send if mail.dkim is None else sign_and_send(sender.send, mail.dkim, domain)


def sign_and_send(send: SendEnvelope, settings: DkimSettings, domain: str) -> SendEnvelope:
    """Sign each message before it is sent. Without a usable key mails wait: none goes out unsigned."""
    opened: list[SignMessage] = []

    async def send_signed(envelope: Envelope) -> None:
        if not opened:  # with the first mail: roles that send none need no key
            try:
                opened.append(open_signer(settings, domain))
            except DkimKeyUnusable as error:
                raise ServerUnavailable(str(error)) from error
        await send(replace(envelope, content=opened[0](envelope.content)))

    return send_signed


def _attacher(
    catalogue: Provide[CatalogueDeps], tickets: Provide[TicketsDeps], booking: BookingDeps, link: LinkBooking
) -> AttachTickets:
    @cache
    def printer() -> PrintBooking:
        return booking_printer(tickets())

    async def attach(booking_id: str) -> list[Attachment]:
        bought = await find_booking(booking, booking_id)
        if bought is None:
            return []
        event = await get_event_view(catalogue(), bought.event_id, is_current=True)
        url = link(bought)
        entry = calendar_entry(event, url=url, now=utc_now(), notes=f"Your tickets: {url}")
        calendar = Attachment("show.ics", "text/calendar", entry.encode(), {"method": "PUBLISH", "charset": "utf-8"})
        document = await printer()(booking_id)
        if document is None:
            return [calendar]
        return [Attachment("tickets.pdf", "application/pdf", document), calendar]

    return attach
