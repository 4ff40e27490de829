"""My tickets: the bookings of the address that the browser has signed in with, upcoming first."""

from datetime import datetime

from msgspec import Struct

from admitone.booking.contracts import Booking
from admitone.catalogue.contracts import EventDocument, event_end, event_summary
from admitone.pages.contracts import Document
from admitone.pages.usecases.deps import Deps


class MyBooking(Struct, frozen=True):
    """`tickets`: how many are still the buyer's."""

    booking: Booking
    event: Document
    tickets: int
    link: str


class MyBookings(Struct, frozen=True):
    address: str
    upcoming: tuple[MyBooking, ...]
    past: tuple[MyBooking, ...]


async def show_my_bookings(deps: Deps, *, session: str) -> MyBookings | None:
    """Return None for a browser that has not signed in, or whose session has ended."""
    address = await deps.read_session(session) if session else None
    if address is None:
        return None
    bookings = await deps.find_address_bookings(address)
    event_ids = tuple({booking.event_id for booking in bookings})
    documents = {document.id: document for document in await deps.read_documents(event_ids)} if event_ids else {}
    shown = [(documents[booking.event_id], booking) for booking in bookings if booking.event_id in documents]
    shown.sort(key=lambda pair: (pair[0].local_date, pair[0].local_time or "", pair[1].id))
    now = deps.now()
    upcoming = tuple(_entry(deps, document, booking) for document, booking in shown if not _is_over(document, now))
    past = tuple(_entry(deps, document, booking) for document, booking in reversed(shown) if _is_over(document, now))
    return MyBookings(address, upcoming, past)


def _entry(deps: Deps, document: EventDocument, booking: Booking) -> MyBooking:
    left = sum(not ticket.refunded for ticket in booking.tickets)
    link = f"/my/{booking.id}?c={deps.booking_links.code(booking.id, booking.link_version)}"
    return MyBooking(booking, event_summary(document, None), left, link)


def _is_over(document: EventDocument, now: datetime) -> bool:
    end = event_end(document.starts_at, document.ends_at)
    return end <= now if end is not None else document.local_date < now.date().isoformat()
