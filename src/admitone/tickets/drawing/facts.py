"""What a printed ticket says. This module loads no library that draws: every role imports it, few draw."""

from msgspec import Struct

from admitone.kit.pdf import Color


class TicketFacts(Struct, frozen=True):
    """Texts ready to be read; `code` is the paper code, `ticket_code` and `booking_code` the short ones.

    `booking_code` None: the booking is another person's, and is not printed.
    """

    event: str
    subtitle: str | None
    when: str
    doors: str | None
    venue: str
    city: str
    section: str
    row: str | None
    seat: str | None
    price_level: str
    price: str
    booking: str
    booking_code: str | None
    ticket: str
    ticket_code: str
    holder: str | None
    code: str
    accent: Color
    """Red, green, blue: the event's colour."""
    seller: str | None = None
    logo: bytes | None = None
    """The seller's logo, an encoded picture."""
