"""How the places of an event stand, as its organizer reads it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from admitone.booking.schemas.organizer_events import SeatsHeldBack, held_back_out
from admitone.booking.usecases.read_seats_overview import RecentSales, SeatsOverview
from admitone.kit.money import Money


class HoldBackReason(Struct, frozen=True):
    reason: str
    seats: tuple[str, ...]


class HoldOut(Struct, frozen=True):
    """Seats that are held back alike. null: it is not known, as for seats that a refund left held back."""

    reason: str | None
    held_for: str | None
    held_by: str | None
    held_by_name: str | None
    held_at: datetime | None
    seats: tuple[str, ...]


class LevelPlacesOut(Struct, frozen=True):
    """`places`: available, held, sold, held_back, not_for_sale → how many."""

    price_level_id: str
    name: str
    places: dict[str, int]


class RecentSalesOut(Struct, frozen=True):
    """Confirmed in the step of time from `starts_at`, as it was then."""

    starts_at: datetime
    bookings: int
    tickets: int
    total: Money


class FunnelOut(Struct, frozen=True):
    """Online bookings: all of them, each of which began as a hold; those for which a payment was begun; those
    bought."""

    held: int
    paid_for: int
    bought: int


class SeatsOverviewOut(Struct, frozen=True):
    """`seats`: what is held back, repriced or open to all. `holds`: why, for whom, by whom and since when seats
    are held back. `recent`: the last hour in steps of five minutes; `minutes`: by minute."""

    seats: SeatsHeldBack
    reasons: list[HoldBackReason]
    holds: list[HoldOut]
    price_levels: list[LevelPlacesOut]
    recent: list[RecentSalesOut]
    minutes: list[RecentSalesOut]
    funnel: FunnelOut


def seats_overview_out(overview: SeatsOverview) -> SeatsOverviewOut:
    return SeatsOverviewOut(
        seats=held_back_out(overview.held_back),
        reasons=[HoldBackReason(*reason) for reason in overview.reasons.items()],
        holds=[
            HoldOut(hold.reason, hold.held_for, hold.held_by, hold.held_by_name, hold.held_at, seats)
            for hold, seats in overview.holds
        ],
        price_levels=[LevelPlacesOut(level.price_level_id, level.name, level.places) for level in overview.levels],
        recent=_steps(overview.recent, overview.currency),
        minutes=_steps(overview.minutes, overview.currency),
        funnel=FunnelOut(overview.funnel.held, overview.funnel.paid_for, overview.funnel.bought),
    )


def _steps(steps: Iterable[RecentSales], currency: str) -> list[RecentSalesOut]:
    return [RecentSalesOut(step.starts_at, step.bookings, step.tickets, Money(step.total, currency)) for step in steps]
