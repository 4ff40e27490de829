"""Show an unfinished booking: its held tickets, their expiry, and the ways to pay."""

import asyncio

from msgspec import Struct

from admitone.booking.contracts import Booking, BookingStatus
from admitone.pages.contracts import Document
from admitone.pages.usecases.deps import Deps
from admitone.payments.contracts import PaymentTerms


class Checkout(Struct, frozen=True):
    booking: Booking
    event: Document
    terms: PaymentTerms
    seconds_left: int
    """Seconds until the hold ends, by the server's clock; 0 after its end."""

    @property
    def is_over(self) -> bool:
        """Return whether the hold has expired or was released; nothing was charged."""
        ended = (BookingStatus.EXPIRED, BookingStatus.RELEASED, BookingStatus.FAILED)
        waiting = self.booking.status is BookingStatus.IN_PROGRESS
        return self.booking.status in ended or (waiting and self.seconds_left == 0)

    @property
    def is_bought(self) -> bool:
        return self.booking.status in (
            BookingStatus.CONFIRMED,
            BookingStatus.REFUNDED,
            BookingStatus.PARTIALLY_REFUNDED,
        )


async def show_checkout(deps: Deps, *, booking_id: str, token: str) -> Checkout:
    """Return the checkout. Raises `booking-not-found`, for a wrong token too."""
    booking = await deps.read_booking(booking_id, token)
    event, terms = await asyncio.gather(deps.read_details(booking.event_id), deps.read_payment_terms(booking.id))
    left = (booking.expires_at - deps.now()).total_seconds()
    return Checkout(booking, event, terms, max(0, int(left)))
