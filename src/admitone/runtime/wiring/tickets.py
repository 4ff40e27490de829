"""Tickets: signed links to what was sold, and check-in."""

from admitone.booking.contracts import TicketLinks
from admitone.booking.domain.token import booking_token, is_booking_token
from admitone.booking.usecases.deps import Deps as BookingDeps
from admitone.booking.usecases.read_bookings import get_booking, get_bought_booking, get_sold_ticket
from admitone.booking.usecases.sold_places import list_resold, list_sold_indexes, lock_sold_places
from admitone.catalogue.contracts import PICTURE_WIDTHS
from admitone.catalogue.domain.pictures import own_picture_id
from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.catalogue.usecases.documents import read_documents
from admitone.catalogue.usecases.pictures import read_picture_file
from admitone.organizers.contracts.settings import ReadSeller, Seller
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.settings import read_presentation
from admitone.runtime.wiring.process import Process, Provide, short_codes, utc_now
from admitone.tickets.answers import print_booking
from admitone.tickets.contracts import TRANSFER_PREFIX, AnnounceTransfer, BookingDocuments, PrintBooking
from admitone.tickets.domain.keys import TicketKeys
from admitone.tickets.domain.links import sign_booking, sign_ticket
from admitone.tickets.drawing.printer import TicketPrinter
from admitone.tickets.usecases.deps import Deps

PRINTED = f"{PICTURE_WIDTHS[0]}.webp"
"""The file of a logo that tickets print."""


def wire_tickets(
    process: Process,
    *,
    organizers: OrganizersDeps,
    keys: TicketKeys,
    catalogue: Provide[CatalogueDeps],
    booking: Provide[BookingDeps],
    announce: AnnounceTransfer,
) -> Deps:
    async def is_holder_token(holder_id: str, token: str) -> bool:
        if not is_booking_token(booking().token_keys, holder_id, token):
            return False
        if not holder_id.startswith(TRANSFER_PREFIX):
            await get_booking(booking(), booking_id=holder_id, booking_token=token)
        return True

    return Deps(
        pool=process.pool,
        keys=keys,
        read_sold_ticket=lambda event_id, index: get_sold_ticket(booking(), event_id=event_id, index=index),
        read_booking=lambda booking_id, token: get_booking(booking(), booking_id=booking_id, booking_token=token),
        list_sold_indexes=lambda event_id: list_sold_indexes(booking(), event_id=event_id),
        list_resold=lambda event_id: list_resold(booking(), event_id=event_id),
        read_documents=lambda event_ids: read_documents(catalogue(), event_ids),
        read_bought_booking=lambda booking_id: get_bought_booking(booking(), booking_id=booking_id),
        lock_sold_places=lock_sold_places,
        is_holder_token=is_holder_token,
        issue_holder_token=lambda holder_id: booking_token(booking().token_keys, holder_id),
        public_url=process.settings.public_url,
        codes=short_codes(process),
        now=utc_now,
        announce=announce,
        read_seller=seller_reader(organizers, catalogue),
    )


def seller_reader(organizers: OrganizersDeps, catalogue: Provide[CatalogueDeps]) -> ReadSeller:
    async def read_seller(organization_id: str) -> Seller | None:
        found = await read_presentation(organizers, organization_id)
        if found is None or found.logo_url is None:
            return None if found is None else Seller(found.name)
        picture_id = own_picture_id(found.logo_url)
        assert picture_id is not None, "a logo is a picture of this installation"
        _, logo = await read_picture_file(catalogue(), picture_id=picture_id, name=PRINTED)
        return Seller(found.name, logo)

    return read_seller


def booking_printer(tickets: Deps) -> PrintBooking:
    """Return what mails attach. The printer draws one document at a time: make one for each process."""
    printer = TicketPrinter()
    return lambda booking_id: print_booking(tickets, printer, booking_id)


def link_signer(keys: TicketKeys) -> TicketLinks:
    """Return what booking and the pages link tickets with."""
    return lambda ticket_id, booking_id: sign_ticket(keys, ticket_id, booking_id)


def document_signer(keys: TicketKeys) -> BookingDocuments:
    return lambda booking_id: sign_booking(keys, booking_id)
