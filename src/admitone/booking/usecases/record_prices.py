"""Record the prices that a change of an event gave its price levels, so that the show desk can undo them."""

from admitone.booking.domain.level_prices import changed_prices
from admitone.booking.domain.seat_changes import Maker, SeatAct
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.seats.moving import SeatWork
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.postgres import Connection
from admitone.organizers.contracts import Identity


async def record_prices(
    deps: Deps, conn: Connection, *, made_by: Identity, before: SaleTerms, after: SaleTerms
) -> None:
    """In the catalogue's transaction. What the desk changes, it records itself (`seats/changing_prices.py`)."""
    maker = Maker(made_by.actor_id, made_by.actor_name)
    work = SeatWork(after.organization_id, after.event_id, after.seat_map_id or "", maker, deps.now())
    for level_id, change in changed_prices(before, after).items():
        await work.record(conn, deps, SeatAct.SET_PRICE, (), level_id, change)
