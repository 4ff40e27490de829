"""What organizers read of the sales of several events at once."""

from msgspec import Struct

from admitone.booking.usecases.sum_event_sales import EventSales
from admitone.kit.money import Money


class EventSalesOut(Struct, frozen=True):
    """Bookings and tickets that are bought and stand; `total`: what was paid for them."""

    event_id: str
    capacity: int
    bookings: int
    tickets: int
    total: Money


class EventSalesList(Struct, frozen=True):
    """In the order of the ids; events that were never published are left out."""

    sales: list[EventSalesOut]


def event_sales_out(sales: EventSales) -> EventSalesOut:
    total = Money(sales.total, sales.currency)
    return EventSalesOut(sales.event_id, sales.capacity, sales.bookings, sales.tickets, total)
