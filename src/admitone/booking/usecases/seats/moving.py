"""Take seats off sale and put them back, in the caller's transaction, and record what was done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from admitone.booking.domain.inventory import FREE, HELD_BACK
from admitone.booking.domain.level_prices import PriceChange
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_changes import NO_HOLD, ChangedPart, Hold, Maker, SeatAct, SeatChange, SeatNow, group
from admitone.booking.store import organizer_inventory as store
from admitone.booking.store.hold_backs import delete_holds, lock_seats, write_holds
from admitone.booking.store.seat_changes import insert_change
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.loading import load_inventory
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB
from admitone.kit.postgres import Connection


class SeatWork(Struct, frozen=True):
    """Changes of the seats of one event, by one person at one moment."""

    organization_id: str
    event_id: str
    seat_map_id: str
    maker: Maker
    at: datetime

    async def record(
        self,
        conn: Connection,
        deps: Deps,
        act: SeatAct,
        parts: Sequence[ChangedPart],
        level_id: str | None = None,
        price: PriceChange | None = None,
    ) -> SeatChange:
        """Write what was done, so that it can be undone."""
        change = SeatChange(
            id=deps.new_id("chg"),
            seat_map_id=self.seat_map_id,
            act=act,
            price_level_id=level_id,
            parts=tuple(parts),
            price=price,
            made_by=self.maker.id,
            made_by_name=self.maker.name,
            made_at=self.at,
        )
        await insert_change(conn, change, organization_id=self.organization_id, event_id=self.event_id)
        return change

    async def take_off_sale(self, conn: Connection, indexes: Sequence[int], hold: Hold) -> dict[int, bool]:
        """Hold the free ones of these seats back; return them, as `move_places` does."""
        moved = await self.move(conn, indexes, release=False)
        if moved:
            await write_holds(conn, self.event_id, list(moved), hold)
        return moved

    async def put_on_sale(
        self, conn: Connection, indexes: Sequence[int]
    ) -> tuple[dict[int, bool], tuple[ChangedPart, ...]]:
        """Release those of these seats that are held back; return them, as `move_places` does, and how they were
        held."""
        if not indexes:
            return {}, ()
        holds = {index: seat.hold for index, seat in (await lock_seats(conn, self.event_id, indexes)).items()}
        moved = await self.move(conn, indexes, release=True)
        if moved:
            await delete_holds(conn, self.event_id, list(moved))
        return moved, group(moved, {index: (hold, None) for index, hold in holds.items() if hold != NO_HOLD})

    async def move(self, conn: Connection, indexes: Sequence[int], *, release: bool) -> dict[int, bool]:
        """Return index → whether it is kept for the waiting list, of the places that moved."""
        if not indexes:
            return {}
        states = (HELD_BACK, FREE) if release else (FREE, HELD_BACK)
        return await store.move_places(
            conn, self.organization_id, self.event_id, indexes, from_state=states[0], to_state=states[1]
        )


async def defer_shown(deps: Deps, conn: Connection, event_id: str, moved: Mapping[int, bool]) -> None:
    """Write the jobs that follow when places moved: this process may die before it shows them."""
    if moved:
        await deps.defer(conn, SHOW_PLACES_JOB, event_id=event_id, indexes=list(moved))
    if any(moved.values()):
        await deps.defer(conn, OFFER_JOB, event_id=event_id)


async def read_issued_plan(deps: Deps, event_id: str) -> SalePlan:
    """Return the plan of an event whose tickets are issued. Raises `EventNotFound`."""
    plan = await read_sale_plan(deps, event_id=event_id, fresh=True)
    if plan.issued_digest is None or plan.is_inventory_outdated:
        await load_inventory(deps, event_id=event_id)
    return plan


async def read_seats_now(conn: Connection, plan: SalePlan, indexes: Iterable[int]) -> dict[int, SeatNow]:
    """Return index → how these seats are: their tickets, locked until the transaction ends, and the plan's terms."""
    locked = await lock_seats(conn, plan.terms.event_id, list(indexes))
    return {
        index: replace(seat, price_level_id=level_repriced_to(plan, index), is_open=index in plan.released)
        for index, seat in locked.items()
    }


def level_repriced_to(plan: SalePlan, index: int) -> str | None:
    """Return the level that a seat is repriced to; None: it is at the level of its category."""
    level = plan.level_of_repriced.get(index)
    return None if level is None else level.id
