"""Summarize how an event sells: places, money, promo codes, and a series by the hour."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.booking.contracts import BoxOfficePayment
from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.store import organizer_inventory as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.sale_plan import read_sale_plan

ONLINE = "online"
COMPLIMENTARY = BoxOfficePayment.COMPLIMENTARY.value
STATES = {"a": "available", "c": "held", "s": "sold", "w": "held", "k": "held_back", "b": "not_for_sale"}


class LevelSales(Struct, frozen=True):
    """Sold and valid tickets of one price level. Minor units; `subtotal` at list prices.

    `complimentary_tickets` are among the `tickets`, and in no amount.
    """

    price_level_id: str
    name: str
    tickets: int
    complimentary_tickets: int
    subtotal: int
    discount: int
    fees: int


class PaymentSales(Struct, frozen=True):
    """The remaining payments of one method. `bookings`: all that were paid with it, refunded ones too."""

    payment: str
    bookings: int
    tickets: int
    total: int


class HourSales(Struct, frozen=True):
    """Bookings confirmed in the hour from `starts_at` (UTC), as they were then; refunds do not reduce them."""

    starts_at: datetime
    bookings: int
    tickets: int
    total: int


class SalesSummary(Struct, frozen=True):
    """`places`: state → count; `codes`: promo code → bookings that were bought with it."""

    event_id: str
    currency: str
    capacity: int
    places: dict[str, int]
    bookings: int
    refunded_tickets: int
    booking_fees: int
    levels: tuple[LevelSales, ...]
    payments: tuple[PaymentSales, ...]
    codes: dict[str, int]
    series: tuple[HourSales, ...]


async def summarize_sales(deps: OrganizerDeps, *, organization_id: str, event_id: str) -> SalesSummary:
    """Raises `EventNotFound` (also another organization's, or a draft's)."""
    async with deps.booking.pool.connection() as conn:
        sale = await store.read_own_inventory(conn, organization_id, event_id)
        if sale is None:
            raise EventNotFound(event_id)
        states = await store.count_states(conn, event_id)
        levels = await store.sum_tickets(conn, organization_id, event_id)
        hours = await store.sum_bookings(conn, organization_id, event_id)
    plan = await read_sale_plan(deps.booking, event_id=event_id)
    places = Counter(dict.fromkeys(STATES.values(), 0))
    for row in states:
        places[STATES[row["state"]]] += row["places"]
    if not states:  # tickets are issued on first use
        places["available"] = sale["capacity"]
    codes: Counter[str] = Counter()
    for row in hours:
        if row["promo_code"] is not None:
            codes[row["promo_code"]] += row["bookings"]
    return SalesSummary(
        event_id=event_id,
        currency=plan.terms.currency,
        capacity=sale["capacity"],
        places=dict(places),
        bookings=sum(row["bookings"] for row in hours),
        refunded_tickets=sum(row["refunded_tickets"] for row in hours),
        booking_fees=sum(row["booking_fees"] for row in hours),
        levels=_levels(levels),
        payments=_payments(levels, hours),
        codes=dict(codes),
        series=_series(hours),
    )


def _levels(rows: list[dict[str, Any]]) -> tuple[LevelSales, ...]:
    by_level: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_level[row["price_level_id"]].append(row)
    return tuple(
        LevelSales(
            level_id,
            some[0]["price_level"],
            sum(sold_row["tickets"] for sold_row in some),
            sum(sold_row["tickets"] for sold_row in some if sold_row["payment"] == COMPLIMENTARY),
            *(sum(sold_row[name] for sold_row in some) for name in ("subtotal", "discount", "fees")),
        )
        for level_id, some in sorted(by_level.items())
    )


def _payments(levels: list[dict[str, Any]], hours: list[dict[str, Any]]) -> tuple[PaymentSales, ...]:
    bookings: Counter[str] = Counter()
    tickets: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for row in hours:
        bookings[row["payment"]] += row["bookings"]
        totals[row["payment"]] += row["booking_fees"]
    for row in levels:
        tickets[row["payment"]] += row["tickets"]
        totals[row["payment"]] += row["subtotal"] - row["discount"] + row["fees"]
    return tuple(
        PaymentSales(booking, bookings[booking], tickets[booking], totals[booking]) for booking in sorted(bookings)
    )


def _series(rows: list[dict[str, Any]]) -> tuple[HourSales, ...]:
    by_hour: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_hour[row["hour"]].append(row)
    return tuple(
        HourSales(hour, *(sum(sold_row[name] for sold_row in some) for name in ("bookings", "tickets", "total")))
        for hour, some in sorted(by_hour.items())
    )
