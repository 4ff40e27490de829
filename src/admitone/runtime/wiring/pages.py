"""Pages, which read; and their forms, which write by the entry points of booking and the waiting room."""

from collections.abc import Sequence

from admitone.booking.contracts import Booking, TicketLinks
from admitone.booking.forms import Forms
from admitone.booking.usecases.availability import read_sold_out_levels
from admitone.booking.usecases.correct_address import (
    ask_for_correction,
    confirm_correction,
    read_correction,
    stop_correction,
)
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.find_bookings import find_address_bookings
from admitone.booking.usecases.organizer_deps import OrganizerDeps as OrganizerBookingDeps
from admitone.booking.usecases.read_bookings import get_booking
from admitone.booking.usecases.resale_terms import get_resale_terms
from admitone.booking.usecases.return_tickets import get_return_offer, return_tickets, take_tickets_back
from admitone.booking.usecases.waiting_draw import get_waiting_draw
from admitone.booking.usecases.waiting_list import get_entry, leave_waiting_list
from admitone.catalogue.usecases.browsing import get_event_view, read_series_dates
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.documents import read_documents
from admitone.catalogue.usecases.sitemap import read_sitemap_entries, read_sitemap_shards
from admitone.embedded.loading_state import loading_reader
from admitone.embedded.mailbox import Mailbox
from admitone.kit.client_token import ClientTokens
from admitone.kit.keys import derive_ring
from admitone.mail.usecases.deps import Deps as MailDeps
from admitone.mail.usecases.inform_buyers import unsubscribe_buyer
from admitone.mail.usecases.sign_in import read_session, request_sign_in, sign_in, sign_out
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.settings import read_public_texts
from admitone.pages.domain.booking_links import BookingLinks
from admitone.pages.usecases.deps import Deps, FormDeps, MailForms
from admitone.payments.contracts import PaymentTerms
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.refunds import get_refunds
from admitone.runtime.bundled_facts import read_attributions
from admitone.runtime.settings import Settings
from admitone.runtime.wiring.catalogue import performer_reader, venue_reader
from admitone.runtime.wiring.mail import mail_days
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.search.usecases.deps import Deps as SearchDeps
from admitone.search.usecases.find_events import search_events, suggest
from admitone.tickets.contracts import BookingDocuments
from admitone.tickets.usecases.deps import Deps as TicketsDeps
from admitone.tickets.usecases.name_tickets import name_tickets
from admitone.tickets.usecases.read_holding import read_holding
from admitone.tickets.usecases.transfers import accept_offer, offer_tickets, read_offer, renew_tickets, undo_offer
from admitone.waiting_room.usecases.deps import Deps as WaitingRoomDeps
from admitone.waiting_room.usecases.join_queue import join_queue
from admitone.waiting_room.usecases.passes import take_turn
from admitone.waiting_room.usecases.public_queue import read_status


def make_client_tokens(settings: Settings) -> ClientTokens:
    is_secure = settings.public_url.startswith("https://")
    return ClientTokens(derive_ring(settings.secret_keys, "client token"), is_secure, utc_now)


def wire_pages(
    process: Process,
    *,
    organizers: OrganizersDeps,
    search: Provide[SearchDeps],
    catalogue: Provide[CatalogueDeps],
    booking: BookingDeps,
    organizer_booking: OrganizerBookingDeps,
    payments: PaymentsDeps,
    ticket_links: TicketLinks,
    booking_documents: BookingDocuments,
    tickets: Provide[TicketsDeps],
    clients: ClientTokens,
    links: BookingLinks,
    mail: Provide[MailDeps],
) -> Deps:
    """`search` is not opened by forms, which need none."""

    async def read_payment_terms(_booking_id: str) -> PaymentTerms:
        return booking.payment_terms

    return Deps(
        search=lambda query: search_events(search(), query),
        suggest=lambda typed, size: suggest(search(), typed, size),
        read_documents=lambda event_ids: read_documents(catalogue(), event_ids),
        read_details=lambda event_id: get_event_view(catalogue(), event_id),
        read_current_details=lambda event_id: get_event_view(catalogue(), event_id, is_current=True),
        read_performer=performer_reader(catalogue),
        read_venue=venue_reader(catalogue),
        read_series_dates=lambda series_id: read_series_dates(catalogue(), series_id),
        read_sitemap_shards=lambda kind: read_sitemap_shards(catalogue(), kind),
        read_sitemap_entries=lambda kind, first_id: read_sitemap_entries(catalogue(), kind, first_id),
        read_booking=lambda booking_id, token: get_booking(booking, booking_id=booking_id, booking_token=token),
        read_payment_terms=read_payment_terms,
        list_refunds=lambda booking_id: get_refunds(payments, booking_id),
        ticket_links=ticket_links,
        booking_documents=booking_documents,
        read_holding=lambda holder_id: read_holding(tickets(), holder_id=holder_id),
        read_offer=lambda code: read_offer(tickets(), code=code),
        codes=booking.codes,
        clients=clients,
        booking_links=links,
        read_public_texts=lambda organization_id, number: read_public_texts(organizers, organization_id, number),
        read_entry=lambda event_id, token: get_entry(booking, event_id=event_id, token=token),
        read_waiting_draw=lambda event_id, page: get_waiting_draw(booking, event_id=event_id, page=page),
        read_resale_terms=lambda event_id: get_resale_terms(booking, event_id=event_id),
        read_sold_out_levels=lambda event_id: read_sold_out_levels(
            booking, event_id=event_id, read_pool=process.read_pool
        ),
        read_return_offer=lambda booking_id, token: get_return_offer(
            organizer_booking, booking_id=booking_id, booking_token=token
        ),
        now=utc_now,
        public_url=process.settings.public_url,
        attributions=read_attributions(),
        read_loading=loading_reader(process.settings.data_folder),
        has_mail=process.settings.mail is not None,
        personal_data_days=process.settings.personal_data_days,
        mail_days=mail_days(process.settings),
        payment_provider="Stripe" if process.settings.payments == "stripe" else None,
        read_correction=lambda correction_id, code, purpose: read_correction(
            booking, correction_id=correction_id, code=code, purpose=purpose
        ),
        read_session=lambda token: read_session(mail(), token=token),
        find_address_bookings=lambda address: find_address_bookings(booking, address),
        demo_mailbox=Mailbox(process.settings.data_folder) if process.settings.has_demo_mailbox else None,
    )


def wire_forms(
    process: Process,
    *,
    pages: Deps,
    booking: BookingDeps,
    organizer_booking: OrganizerBookingDeps,
    waiting_room: WaitingRoomDeps,
    tickets: TicketsDeps,
    mail: Provide[MailDeps],
) -> FormDeps:
    """Forms use the load limiter, batches and idempotency records of the booking role's process."""
    forms = Forms(booking, process.records)

    async def return_own_tickets(booking_id: str, token: str, ticket_ids: Sequence[str]) -> Booking:
        made = await return_tickets(
            organizer_booking, booking_id=booking_id, booking_token=token, ticket_ids=ticket_ids
        )
        return made.booking

    async def take_own_tickets_back(booking_id: str, token: str, ticket_ids: Sequence[str]) -> None:
        await take_tickets_back(organizer_booking, booking_id=booking_id, booking_token=token, ticket_ids=ticket_ids)

    return FormDeps(
        pages=pages,
        hold=forms.hold,
        confirm=forms.confirm,
        release=forms.release,
        apply_promo_code=forms.apply_promo_code,
        read_queue=lambda event_id: read_status(waiting_room, event_id=event_id),
        join_queue=lambda event_id: join_queue(waiting_room, event_id=event_id),
        take_turn=lambda event_id, token: take_turn(waiting_room, event_id=event_id, queue_token=token),
        offer_tickets=lambda holder_id, ticket_ids, friend, email: offer_tickets(
            tickets, holder_id=holder_id, ticket_ids=ticket_ids, friend=friend, friend_email=email
        ),
        name_tickets=lambda holder_id, names: name_tickets(tickets, holder_id=holder_id, names=names),
        undo_offer=lambda holder_id, transfer_id: undo_offer(tickets, holder_id=holder_id, transfer_id=transfer_id),
        accept_offer=lambda code, name, email, form_key: accept_offer(
            tickets, code=code, name=name, email=email, form_key=form_key
        ),
        renew_tickets=lambda booking_id: renew_tickets(tickets, booking_id=booking_id),
        join_waiting_list=forms.join_waiting_list,
        leave_waiting_list=lambda event_id, token: leave_waiting_list(booking, event_id=event_id, token=token),
        return_tickets=return_own_tickets,
        take_tickets_back=take_own_tickets_back,
        mail=None if process.settings.mail is None else _mail_forms(mail(), booking),
    )


def _mail_forms(mail: MailDeps, booking: BookingDeps) -> MailForms:
    return MailForms(
        request_sign_in=lambda address, block: request_sign_in(mail, address=address, block=block),
        sign_in=lambda code: sign_in(mail, code=code),
        sign_out=lambda token: sign_out(mail, token=token),
        unsubscribe=lambda mail_list, subject_id, code: unsubscribe_buyer(
            mail, mail_list=mail_list, subject_id=subject_id, code=code
        ),
        ask_for_correction=lambda booking_id, token, email, block: ask_for_correction(
            booking, booking_id=booking_id, booking_token=token, email=email, block=block
        ),
        confirm_correction=lambda correction_id, code: confirm_correction(
            booking, correction_id=correction_id, code=code
        ),
        stop_correction=lambda correction_id, code: stop_correction(booking, correction_id=correction_id, code=code),
    )
