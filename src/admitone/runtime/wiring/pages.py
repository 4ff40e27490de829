"""Pages, which read; and their forms, which write by the entry points of booking and the waiting room."""

from admitone.booking.contracts import TicketLinks
from admitone.booking.forms import Forms
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.read_bookings import get_booking
from admitone.catalogue.usecases.browsing import get_event_view
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.documents import read_documents
from admitone.catalogue.usecases.sitemap import read_sitemap_entries, read_sitemap_shards
from admitone.embedded.loading_state import loading_reader
from admitone.kit.client_token import ClientTokens
from admitone.kit.keys import derive_ring
from admitone.pages.usecases.deps import Deps, FormDeps
from admitone.payments.contracts import PaymentTerms
from admitone.payments.usecases.deps import Deps as PaymentsDeps
from admitone.payments.usecases.refunds import get_refunds
from admitone.runtime.booking_links import booking_links
from admitone.runtime.bundled_facts import read_attributions
from admitone.runtime.settings import Settings
from admitone.runtime.wiring.catalogue import performer_reader, venue_reader
from admitone.runtime.wiring.process import Process, Provide, utc_now
from admitone.search.usecases.deps import Deps as SearchDeps
from admitone.search.usecases.find_events import search_events, suggest
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
    search: Provide[SearchDeps],
    catalogue: Provide[CatalogueDeps],
    booking: BookingDeps,
    payments: PaymentsDeps,
    ticket_links: TicketLinks,
    clients: ClientTokens,
) -> Deps:
    """`search` is not opened by forms, which need none."""

    async def read_payment_terms(_booking_id: str) -> PaymentTerms:
        return booking.payment_terms

    return Deps(
        search=lambda query: search_events(search(), query),
        suggest=lambda typed, size: suggest(search(), typed, size),
        read_documents=lambda event_ids: read_documents(catalogue(), event_ids),
        read_details=lambda event_id: get_event_view(catalogue(), event_id),
        read_performer=performer_reader(catalogue),
        read_venue=venue_reader(catalogue),
        read_sitemap_shards=lambda kind: read_sitemap_shards(catalogue(), kind),
        read_sitemap_entries=lambda kind, first_id: read_sitemap_entries(catalogue(), kind, first_id),
        read_booking=lambda booking_id, token: get_booking(booking, booking_id=booking_id, booking_token=token),
        read_payment_terms=read_payment_terms,
        list_refunds=lambda booking_id: get_refunds(payments, booking_id),
        ticket_links=ticket_links,
        clients=clients,
        booking_links=booking_links(process.settings.secret_keys, booking.token_keys, is_secure=clients.is_secure),
        now=utc_now,
        public_url=process.settings.public_url,
        attributions=read_attributions(),
        read_loading=loading_reader(process.settings.data_folder),
    )


def wire_forms(process: Process, *, pages: Deps, booking: BookingDeps, waiting_room: WaitingRoomDeps) -> FormDeps:
    """Forms use the load limiter, batches and idempotency records of the booking role's process."""
    forms = Forms(booking, process.records)
    return FormDeps(
        pages=pages,
        hold=forms.hold,
        confirm=forms.confirm,
        release=forms.release,
        apply_promo_code=forms.apply_promo_code,
        read_queue=lambda event_id: read_status(waiting_room, event_id=event_id),
        join_queue=lambda event_id: join_queue(waiting_room, event_id=event_id),
        take_turn=lambda event_id, token: take_turn(waiting_room, event_id=event_id, queue_token=token),
    )
