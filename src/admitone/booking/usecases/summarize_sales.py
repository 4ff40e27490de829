"""How an event sells: places, money, codes, and a series by the hour."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from msgspec import Struct

from admitone.booking.domain.refusals import EventNotFound
from admitone.booking.store import organizer_sales as store
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.read_plan import read_plan
from admitone.organizers.contracts import Role

STATES = {"a": "available", "c": "held", "s": "sold", "k": "held_back", "b": "not_for_sale"}


class LevelSales(Struct, frozen=True):
    """Tickets of one price level that are bought and stand. Minor units; `subtotal` at list prices."""

    price_level_id: str
    name: str
    tickets: int
    subtotal: int
    discount: int
    fees: int


class HourSales(Struct, frozen=True):
    """Bookings confirmed in the hour from `starts_at` (UTC), as they were then; refunds do not lessen them."""

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
    codes: dict[str, int]
    series: tuple[HourSales, ...]


async def summarize_sales(deps: OrganizerDeps, *, authorization: str | None, event_id: str) -> SalesSummary:
    """Raises `NotAuthenticated`, `RoleMissing`, `EventNotFound` (also another organization's, or a draft's)."""
    organization_id = (await deps.authenticate(authorization, Role.BOX_OFFICE)).organization_id
    async with deps.booking.pool.connection() as conn:
        sale = await store.read_own_sale(conn, organization_id, event_id)
        if sale is None:
            raise EventNotFound(event_id)
        states = await store.count_states(conn, event_id)
        levels = await store.sum_tickets(conn, organization_id, event_id)
        hours = await store.sum_bookings(conn, organization_id, event_id)
    plan = await read_plan(deps.booking, event_id=event_id)
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
        levels=tuple(_level(row) for row in levels),
        codes=dict(codes),
        series=_series(hours),
    )


def _level(row: dict[str, Any]) -> LevelSales:
    return LevelSales(
        row["price_level_id"], row["price_level"], row["tickets"], row["subtotal"], row["discount"], row["fees"]
    )


def _series(rows: list[dict[str, Any]]) -> tuple[HourSales, ...]:
    by_hour: dict[datetime, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_hour[row["hour"]].append(row)
    return tuple(
        HourSales(hour, *(sum(one[name] for one in some) for name in ("bookings", "tickets", "total")))
        for hour, some in sorted(by_hour.items())
    )
