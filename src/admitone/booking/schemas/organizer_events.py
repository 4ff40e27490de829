"""What organizers read of an event's sale, and how they hold places back."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from admitone.booking.contracts import Booking
from admitone.booking.schemas.booking import Id, TicketOut, ticket_out
from admitone.booking.schemas.pages import Page
from admitone.booking.usecases.hold_back_seats import HeldBack, HoldBack
from admitone.booking.usecases.reprice_seats import Reprice
from admitone.booking.usecases.summarize_sales import ONLINE, SalesSummary
from admitone.kit.money import Money


class AreaHoldBack(Struct, frozen=True, forbid_unknown_fields=True):
    """So many places of a general-admission section are held back then; as many as are free."""

    section_id: Id
    held_back: Annotated[int, Meta(ge=0, le=500_000)]


class SeatsReprice(Struct, frozen=True, forbid_unknown_fields=True):
    """These seats are sold at this level of the event from now on; null: at their category's again."""

    price_level_id: Id | None
    seats: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=20_000)]


class SeatsPatch(Struct, frozen=True, forbid_unknown_fields=True):
    """`hold_back`: seat ids that leave the sale. `release`: seat ids that return to it. `reprice`: at another level;
    who holds a seat pays the price that it was held at. `open_to_all`: wheelchair places and companion seats that are
    sold as other seats are; `keep`: that are kept again for who asks for them."""

    hold_back: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    release: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    general_admission: Annotated[tuple[AreaHoldBack, ...], Meta(max_length=100)] = ()
    reprice: Annotated[tuple[SeatsReprice, ...], Meta(max_length=100)] = ()
    open_to_all: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()
    keep: Annotated[tuple[Id, ...], Meta(max_length=20_000)] = ()


class SeatsHeldBack(Struct, frozen=True):
    """All that is held back, repriced, and opened to all, now. `taken`: asked for, and a buyer has them."""

    held_back: tuple[str, ...]
    general_admission: list[AreaHoldBack]
    taken: tuple[str, ...]
    repriced: list[SeatsReprice]
    open_to_all: tuple[str, ...]


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
    """What stands of what was paid in one way: online, cash, card_terminal; or complimentary."""

    payment: str
    bookings: int
    tickets: int
    total: Money


class CodeSalesOut(Struct, frozen=True):
    code: str
    bookings: int


class HourSalesOut(Struct, frozen=True):
    """Confirmed in the hour from `starts_at`, as it was then."""

    starts_at: datetime
    bookings: int
    tickets: int
    total: Money


class SalesOut(Struct, frozen=True, kw_only=True):
    """Sums over the tickets that are bought and stand: `total` = `subtotal` − `discount` + `fees`. Complimentary ones
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
    """`payment`: online, or how it was paid that was sold directly: cash, card_terminal, complimentary."""

    booking_id: str
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
    areas = tuple((one.section_id, one.held_back) for one in data.general_admission)
    reprice = tuple(Reprice(one.price_level_id, one.seats) for one in data.reprice)
    return HoldBack(data.hold_back, data.release, areas, reprice, data.open_to_all, data.keep)


def held_back_out(held: HeldBack) -> SeatsHeldBack:
    areas = [AreaHoldBack(*one) for one in sorted(held.areas.items())]
    repriced = [SeatsReprice(*one) for one in held.repriced.items()]
    return SeatsHeldBack(held.seats, areas, held.taken, repriced, held.open_to_all)


def sales_out(summary: SalesSummary) -> SalesOut:
    def money(amount: int) -> Money:
        return Money(amount, summary.currency)

    levels = summary.levels
    subtotal, discount = sum(one.subtotal for one in levels), sum(one.discount for one in levels)
    fees = sum(one.fees for one in levels) + summary.booking_fees
    return SalesOut(
        event_id=summary.event_id,
        capacity=summary.capacity,
        places=summary.places,
        bookings=summary.bookings,
        tickets=sum(one.tickets for one in levels),
        complimentary_tickets=sum(one.complimentary_tickets for one in levels),
        refunded_tickets=summary.refunded_tickets,
        subtotal=money(subtotal),
        discount=money(discount),
        fees=money(fees),
        booking_fees=money(summary.booking_fees),
        total=money(subtotal - discount + fees),
        price_levels=[
            LevelSalesOut(
                *(one.price_level_id, one.name, one.tickets, one.complimentary_tickets),
                *(money(one.subtotal), money(one.discount), money(one.fees)),
            )
            for one in levels
        ],
        payments=[
            PaymentSalesOut(one.payment, one.bookings, one.tickets, money(one.total)) for one in summary.payments
        ],
        promo_codes=[CodeSalesOut(*one) for one in sorted(summary.codes.items())],
        series=[HourSalesOut(one.starts_at, one.bookings, one.tickets, money(one.total)) for one in summary.series],
    )


def organizer_booking_out(booking: Booking) -> OrganizerBookingOut:
    tickets = [ticket_out(ticket, booking.currency, {}) for ticket in booking.tickets]
    return OrganizerBookingOut(**organizer_booking(booking, tickets))


def organizer_booking(booking: Booking, tickets: list[TicketOut]) -> dict[str, Any]:
    """The members that every view of a booking has for its organizer."""
    return {
        "booking_id": booking.id,
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
    return ONLINE if booking.counter_payment is None else booking.counter_payment.value
