"""Set the prices of whole price levels. What is held keeps the price of its hold."""

from collections.abc import Awaitable, Callable, Sequence

from admitone.booking.domain.level_prices import NewPrice, PriceChange, check_prices
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_changes import SeatAct, SeatChange
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.seats.changing_terms import TermsChange, change_terms
from admitone.booking.usecases.seats.moving import SeatWork
from admitone.kit.postgres import Connection


async def nothing_else(_: Connection) -> None:
    """A change of prices to which nothing belongs but its record."""


async def set_prices(
    deps: OrganizerDeps,
    work: SeatWork,
    *,
    plan: SalePlan,
    wanted: Sequence[NewPrice],
    also: Callable[[Connection], Awaitable[None]] = nothing_else,
) -> tuple[SalePlan, list[SeatChange]]:
    """Set the prices and record each change; return the plan after it, and the changes. A level that has its new price
    already does not change. `also` runs in the transaction of the change.

    Raises `UnknownPriceLevel`, `InvalidBody`, `PriceChanged`, `Busy` while others keep changing the event.
    """
    recorded: list[SeatChange] = []

    async def decide(current: SalePlan) -> TermsChange:
        changes = check_prices(current, wanted)

        async def record(conn: Connection) -> None:
            recorded.clear()
            for level_id, change in changes.items():
                if change.before != change.after:
                    recorded.append(await _record(conn, deps, work, level_id, change))
            await also(conn)

        return TermsChange(record, prices=changes)

    plan = await change_terms(deps, organization_id=work.organization_id, plan=plan, decide=decide)
    return plan, recorded


async def _record(
    conn: Connection, deps: OrganizerDeps, work: SeatWork, level_id: str, change: PriceChange
) -> SeatChange:
    return await work.record(conn, deps.booking, SeatAct.SET_PRICE, (), level_id, change)
