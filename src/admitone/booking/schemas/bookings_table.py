"""Bookings as a table, a row per booking or a row per ticket: as CSV (RFC 4180), and as rows of a workbook."""

from collections.abc import AsyncIterator, Iterator
from typing import Literal

from admitone.booking.contracts import BookedTicket, Booking, booking_code, ticket_code
from admitone.booking.schemas.organizer_events import payment_word
from admitone.kit.money import Money
from admitone.kit.short_codes import ShortCodes
from admitone.kit.spreadsheet import BYTE_ORDER_MARK, csv_line, csv_text
from admitone.kit.workbook import Cell

Rows = Literal["bookings", "tickets"]
BOOKING_COLUMNS = (
    *("booking_id", "status", "created_at", "confirmed_at", "buyer_email", "buyer_name", "ticket_count", "tickets"),
    *("currency", "subtotal", "discount", "fees", "total", "promo_code", "payment", "booking_code"),
)
TICKET_COLUMNS = (
    *("booking_id", "status", "created_at", "confirmed_at", "buyer_email", "buyer_name", "ticket_id"),
    *("section", "row", "seat", "seat_kind", "price_level", "refunded", "currency"),
    *("price", "discount", "fees", "booking_fee", "total", "promo_code", "payment"),
    *("booking_code", "ticket_code"),
)


async def csv_lines(
    bookings: AsyncIterator[Booking], *, rows: Rows, bom: bool, codes: ShortCodes
) -> AsyncIterator[bytes]:
    """Amounts are decimals; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    if bom:
        yield BYTE_ORDER_MARK
    yield csv_line(columns_of(rows))
    async for cells in table_rows(bookings, rows=rows, codes=codes):
        yield csv_line(tuple(map(csv_text, cells)))


async def table_rows(
    bookings: AsyncIterator[Booking], *, rows: Rows, codes: ShortCodes
) -> AsyncIterator[tuple[Cell, ...]]:
    async for booking in bookings:
        for cells in [_booking_cells(booking, codes)] if rows == "bookings" else _ticket_cells(booking, codes):
            yield cells


def columns_of(rows: Rows) -> tuple[str, ...]:
    return BOOKING_COLUMNS if rows == "bookings" else TICKET_COLUMNS


def _booking_cells(booking: Booking, codes: ShortCodes) -> tuple[Cell, ...]:
    amounts = (booking.subtotal, booking.discount, booking.fees, booking.total)
    places = (
        " ".join(filter(None, (ticket.section, ticket.row, ticket.seat)))
        + (f" ({ticket.seat_kind.replace('_', ' ')})" if ticket.seat_kind else "")
        + (" (refunded)" if ticket.refunded else "")
        for ticket in booking.tickets
    )
    return (
        *_shared_cells(booking),
        *(len(booking.tickets), "; ".join(places), booking.currency),
        *(Money(amount, booking.currency) for amount in amounts),
        booking.promo_code or "",
        payment_word(booking),
        booking_code(codes, booking) if booking.confirmed_at else "",
    )


def _ticket_cells(booking: Booking, codes: ShortCodes) -> Iterator[tuple[Cell, ...]]:
    """The line of the first ticket includes the booking fee, so that the column `total` sums to the charged amount."""
    for number, ticket in enumerate(booking.tickets):
        fee = 0 if number else booking.booking_fee
        yield (
            *_shared_cells(booking),
            *_place_cells(ticket),
            booking.currency,
            *(
                Money(amount, booking.currency)
                for amount in (ticket.price, ticket.discount, ticket.fees, fee, ticket.total + fee)
            ),
            booking.promo_code or "",
            payment_word(booking),
            *(
                (booking_code(codes, booking), ticket_code(codes, booking.id, ticket.index))
                if booking.confirmed_at
                else ("", "")
            ),
        )


def _shared_cells(booking: Booking) -> tuple[Cell, ...]:
    return (
        *(booking.id, booking.status.value, booking.created_at, booking.confirmed_at),
        *(booking.buyer_email or "", booking.buyer_name or ""),
    )


def _place_cells(ticket: BookedTicket) -> tuple[str, ...]:
    return (
        *(ticket.ticket_id, ticket.section, ticket.row or "", ticket.seat or ""),
        *(ticket.seat_kind or "", ticket.price_level, "yes" if ticket.refunded else "no"),
    )
