"""Sum the sales of several events: what a list of events shows beside each."""

from collections.abc import Sequence

from msgspec import Struct

from admitone.booking.store.event_sums import sum_events
from admitone.booking.usecases.organizer_deps import OrganizerDeps


class EventSales(Struct, frozen=True):
    """Bookings and tickets that are bought and stand; `total` in minor units, fees included."""

    event_id: str
    capacity: int
    currency: str
    bookings: int
    tickets: int
    total: int


async def sum_event_sales(deps: OrganizerDeps, *, organization_id: str, event_ids: Sequence[str]) -> list[EventSales]:
    """Return the sums of the events that were published; others and another organization's are left out."""
    async with deps.booking.pool.connection() as conn:
        rows = await sum_events(conn, organization_id, event_ids)
    return [EventSales(**row) for row in rows]
