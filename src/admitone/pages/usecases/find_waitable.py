"""For which price levels of an event people can join its waiting list."""

from msgspec import Struct

from admitone.booking.contracts.resale import WaitingListMode
from admitone.pages.contracts import Document
from admitone.pages.domain.sale_state import SaleState, sale_state
from admitone.pages.usecases.deps import Deps


class Waitable(Struct, frozen=True):
    """`levels`: price levels of the event's details. `is_sold_out`: no place of any level is left."""

    levels: list[Document]
    is_sold_out: bool


async def find_waitable(deps: Deps, event: Document) -> Waitable | None:
    """Return the levels that are sold out, all of them if the event is; None if there is nothing to wait for.

    `event` is the body of its details.
    """
    state = sale_state(event, deps.now())
    levels = event["price_levels"]
    if state is SaleState.OPEN and len(levels) > 1:
        sold_out = set(await deps.read_sold_out_levels(event["id"]))
        levels = [level for level in levels if level["id"] in sold_out]
        if not levels:
            return None
    elif state is not SaleState.SOLD_OUT:
        return None
    if (await deps.read_resale_terms(event["id"])).waiting_list is WaitingListMode.OFF:
        return None
    return Waitable(levels, state is SaleState.SOLD_OUT)
