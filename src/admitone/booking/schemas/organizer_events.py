"""The organizer's view of an event's sale, and the body that holds places back."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from admitone.booking.contracts import Booking, booking_code, ticket_code
from admitone.booking.schemas.booking import Id, TicketOut, ticket_out
from admitone.booking.schemas.level_prices import LevelPriceIn, new_price
from admitone.booking.schemas.seat_changes import SeatChangeOut, seat_change_out
from admitone.booking.usecases.hold_back_seats import HeldBack, HoldBack, Reprice
from admitone.booking.usecases.summarize_sales import ONLINE, SalesSummary
from admitone.kit.money import Money
from admitone.kit.paging import Page
from admitone.kit.short_codes import ShortCodes
from admitone.kit.text import LABEL


class AreaHoldBack(Struct, frozen=True, forbid_unknown_fields=True):
    """How many places of a general-admission section to hold back; at most as many as are free."""

    section_id: Id
    held_back: Annotated[int, Meta(ge=0, le=500_000)]


class SeatsReprice(Struct, frozen=True, forbid_unknown_fields=True):
    """Sell these seats at this price level of the event from now on; null: at the level of their category again."""

    price_level_id: Id | None
    seats: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=20_000)]


class SeatsPatch(Struct, frozen=True, forbid_unknown_fields=True):
    """`hold_back`: seat ids that leave the sale. `release`: seat ids that return to it. `reprice`: seats at another
    level; live holds keep their price. `open_to_all`: wheelchair places and companion seats to release for general
    sale; `keep`: to reserve again. `reason`: why the seats of `hold_back`
    are held back, for example "press"; `held_for`: for whom. `set_prices`: what whole price levels cost from now on."""

    hold_back: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    release: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    general_admission: Annotated[tuple[AreaHoldBack, ...], Meta(max_length=100)] = ()
    reprice: Annotated[tuple[SeatsReprice, ...], Meta(max_length=100)] = ()
    open_to_all: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    keep: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    reason: Annotated[str, Meta(min_length=1, max_length=100, extra={"rule": LABEL})] | None = None
    held_for: Annotated[str, Meta(min_length=1, max_length=100, extra={"rule": LABEL})] | None = None
    set_prices: Annotated[tuple[LevelPriceIn, ...], Meta(max_length=100)] = ()


class SeatsHeldBack(Struct, frozen=True):
    """All places that are now held back, repriced or released for general sale. `taken`: requested seats that a buyer
    has. `changes`: what this request changed; each can be undone."""

    held_back: tuple[str, ...]
    general_admission: list[AreaHoldBack]
    taken: tuple[str, ...]
    repriced: list[SeatsReprice]
    open_to_all: tuple[str, ...]
    changes: list[SeatChangeOut]


class LevelSalesOut(Struct, frozen=True):
    """`complimentary_tickets` are among the `tickets`, and cost nothing."""

    price_level_id: str
    name: str
    tickets: int
    complimentary_tickets: int
    subtotal: Money
    discount: Money
    fees: Money


class PaymentSalesOut(Struct, frozen=True):
    """The sum that remains paid by one method: online, cash, card_terminal or complimentary."""

    payment: str
    bookings: int
    tickets: int
    total: Money


class CodeSalesOut(Struct, frozen=True):
    code: str
    bookings: int


class HourSalesOut(Struct, frozen=True):
    """Bookings confirmed in the hour from `starts_at`, before later refunds."""

    starts_at: datetime
    bookings: int
    tickets: int
    total: Money


class SalesOut(Struct, frozen=True, kw_only=True):
    """Sums over the sold tickets that are still valid: `total` = `subtotal` − `discount` + `fees`. Complimentary ones
    are among the `tickets`."""

    event_id: str
    capacity: int
    places: dict[str, int]
    bookings: int
    tickets: int
    complimentary_tickets: int
    refunded_tickets: int
    subtotal: Money
    discount: Money
    fees: Money
    booking_fees: Money
    total: Money
    price_levels: list[LevelSalesOut]
    payments: list[PaymentSalesOut]
    promo_codes: list[CodeSalesOut]
    series: list[HourSalesOut]


class OrganizerBookingOut(Struct, frozen=True, kw_only=True):
    """`code`: ten letters and digits that people can type; bought bookings and their tickets have one.
    `payment`: online, or for a box office sale cash, card_terminal or complimentary."""

    booking_id: str
    code: str | None
    event_id: str
    status: str
    payment: str
    created_at: datetime
    confirmed_at: datetime | None
    buyer_email: str | None
    buyer_name: str | None
    tickets: list[TicketOut]
    subtotal: Money
    discount: Money
    fees: Money
    total: Money
    promo_code: str | None


class BookingList(Struct, frozen=True):
    bookings: list[OrganizerBookingOut]
    page: Page


def hold_back_request(data: SeatsPatch) -> HoldBack:
    areas = tuple((area.section_id, area.held_back) for area in data.general_admission)
    reprice = tuple(Reprice(seats_reprice.price_level_id, seats_reprice.seats) for seats_reprice in data.reprice)
    prices = tuple(new_price(data_price, place) for place, data_price in enumerate(data.set_prices))
    return HoldBack(
        data.hold_back, data.release, areas, reprice, data.open_to_all, data.keep, data.reason, data.held_for, prices
    )


def held_back_out(held: HeldBack) -> SeatsHeldBack:
    areas = [AreaHoldBack(*area) for area in sorted(held.areas.items())]
    repriced = [SeatsReprice(*seats_reprice) for seats_reprice in held.repriced.items()]
    changes = [seat_change_out(change, held.seat_ids) for change in held.changes]
    return SeatsHeldBack(held.seats, areas, held.taken, repriced, held.open_to_all, changes)


def sales_out(summary: SalesSummary) -> SalesOut:
    def money(amount: int) -> Money:
        return Money(amount, summary.currency)

    levels = summary.levels
    subtotal, discount = sum(level.subtotal for level in levels), sum(level.discount for level in levels)
    fees = sum(level.fees for level in levels) + summary.booking_fees
    return SalesOut(
        event_id=summary.event_id,
        capacity=summary.capacity,
        places=summary.places,
        bookings=summary.bookings,
        tickets=sum(level.tickets for level in levels),
        complimentary_tickets=sum(level.complimentary_tickets for level in levels),
        refunded_tickets=summary.refunded_tickets,
        subtotal=money(subtotal),
        discount=money(discount),
        fees=money(fees),
        booking_fees=money(summary.booking_fees),
        total=money(subtotal - discount + fees),
        price_levels=[
            LevelSalesOut(
                *(level.price_level_id, level.name, level.tickets, level.complimentary_tickets),
                *(money(level.subtotal), money(level.discount), money(level.fees)),
            )
            for level in levels
        ],
        payments=[
            PaymentSalesOut(payment.payment, payment.bookings, payment.tickets, money(payment.total))
            for payment in summary.payments
        ],
        promo_codes=[CodeSalesOut(*code) for code in sorted(summary.codes.items())],
        series=[
            HourSalesOut(series_entry.starts_at, series_entry.bookings, series_entry.tickets, money(series_entry.total))
            for series_entry in summary.series
        ],
    )


def organizer_booking_out(booking: Booking, codes: ShortCodes) -> OrganizerBookingOut:
    is_bought = booking.confirmed_at is not None
    tickets = [
        ticket_out(ticket, booking.currency, code=ticket_code(codes, booking.id, ticket.index) if is_bought else None)
        for ticket in booking.tickets
    ]
    return OrganizerBookingOut(**organizer_booking(booking, tickets, codes))


def organizer_booking(booking: Booking, tickets: list[TicketOut], codes: ShortCodes) -> dict[str, Any]:
    """The members that every view of a booking has for its organizer."""
    return {
        "booking_id": booking.id,
        "code": booking_code(codes, booking) if booking.confirmed_at is not None else None,
        "event_id": booking.event_id,
        "status": booking.status.value,
        "payment": payment_word(booking),
        "created_at": booking.created_at,
        "confirmed_at": booking.confirmed_at,
        "buyer_email": booking.buyer_email,
        "buyer_name": booking.buyer_name,
        "tickets": tickets,
        "subtotal": Money(booking.subtotal, booking.currency),
        "discount": Money(booking.discount, booking.currency),
        "fees": Money(booking.fees, booking.currency),
        "total": Money(booking.total, booking.currency),
        "promo_code": booking.promo_code,
    }


def payment_word(booking: Booking) -> str:
    return ONLINE if booking.box_office_payment is None else booking.box_office_payment.value
