"""Copy PostgreSQL's decisions to Redis: places that are sold, refunded, held back or returned to sale."""

from collections.abc import Sequence

import structlog

from admitone.booking.contracts import Booking
from admitone.booking.domain.inventory import BLOCKED, FREE, HELD_BACK, SOLD, WITHHELD
from admitone.booking.ports import PlaceState
from admitone.booking.store import inventory as store
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.loading import load_inventory, load_twice
from admitone.kit.refusal import Busy

log = structlog.get_logger(__name__)

SHOW_PLACES_JOB = "booking.publish_returns"
"""Written in the transaction that changes places: it shows them if this process dies after the commit."""
ATTEMPTS_MAX = 4
# State of a place in PostgreSQL → state on the live map. Redis itself shows which places are claimed.
_SHOWN = {FREE: "a", BLOCKED: "b", HELD_BACK: "b", WITHHELD: "b", SOLD: "s"}


async def publish_seat_states(deps: Deps, *, event_id: str, indexes: Sequence[int]) -> None:
    """Make Redis show these places as PostgreSQL has them now. Doing it twice, or late, changes nothing."""
    async with deps.pool.connection() as conn, conn.transaction():
        # Locked: a load that raises the epoch after this reads the same state, or a newer one.
        sale = await store.read_inventory(conn, event_id, lock=True)
        assert sale is not None, "places of a sale"
        rows = await store.read_places_at(conn, event_id, indexes)
    shown = tuple(
        PlaceState(row["index"], row["area_id"], _SHOWN[row["state"]]) for row in rows if row["state"] in _SHOWN
    )
    if not await deps.locks.publish(event_id, sale.epoch, shown):
        await load_twice(deps, event_id=event_id)
    elif await _is_outdated(deps, event_id, shown):
        await load_inventory(deps, event_id=event_id)


async def _is_outdated(deps: Deps, event_id: str, shown: tuple[PlaceState, ...]) -> bool:
    """Whether a place changed between reading and showing, so that Redis may show its old state."""
    async with deps.pool.connection() as conn:
        rows = await store.read_places_at(conn, event_id, [place_state.index for place_state in shown])
    was = {place_state.index: place_state.state for place_state in shown}
    return any(_SHOWN.get(row["state"]) != was[row["index"]] for row in rows)


async def publish_sale(deps: Deps, *, booking: Booking) -> None:
    """Mark the booking's places as sold in Redis; if Redis no longer knows them, load the event again.

    Never fails because Redis does not answer: the job `booking.publish_sales` runs after every sale.
    """
    try:
        indexes = tuple(ticket.index for ticket in booking.tickets)
        await mark_sold(deps, booking.event_id, booking_id=booking.id, indexes=indexes)
    except Busy as error:
        log.warning("sale not shown yet", booking_id=booking.id, error=str(error.__cause__))


async def mark_sold(deps: Deps, event_id: str, *, booking_id: str, indexes: tuple[int, ...]) -> None:
    """Mark the places as sold, and raise `Busy` if Redis does not answer, or keeps being loaded."""
    for _ in range(ATTEMPTS_MAX):
        if await deps.locks.sell(event_id, booking_id, indexes):
            return
        # A load under way may have read before this sale: mark again after it.
        await load_inventory(deps, event_id=event_id)
    raise Busy("The sale is not shown yet.")
