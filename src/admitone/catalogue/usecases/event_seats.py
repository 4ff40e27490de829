"""Single seats of an event: their price level, and whether seats reserved for accessibility are sold to everyone; and
the prices of its levels, as the show desk changes them.

Booking calls them with what it looked up at a revision of the event. They return False if the event has another
revision by now: the caller looks it up again.
"""

from collections.abc import Callable, Collection, Mapping

import msgspec

from admitone.catalogue.contracts import PriceLevel
from admitone.catalogue.contracts.seat_terms import InSameTransaction
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.refusals import PriceLevelNotFound
from admitone.catalogue.domain.seat_levels import move_seats, ranges_of
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.move_event import move_event
from admitone.kit.revisions import VersionMismatch


async def reprice_seats(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    revision: int,
    moves: Mapping[int, str | None],
    also: InSameTransaction,
) -> bool:
    """Set price levels for later holds; live holds keep their price.

    `moves`: seat index → price level id, or None for the level of the seat's category. `also` belongs to the change.
    Raises `EventNotFound`, `PriceLevelNotFound`.
    """

    def step(event: Event) -> Event:
        if set(moves.values()) - {None, *(level.id for level in event.price_levels)}:
            raise PriceLevelNotFound
        return msgspec.structs.replace(event, price_levels=move_seats(event.price_levels, moves))

    return await _move_event_at(deps, organization_id, event_id, revision, step, also)


async def open_seats(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    revision: int,
    opened: Collection[int],
    also: InSameTransaction,
) -> bool:
    """Sell wheelchair places and companion seats to everyone: those of `opened`, and no others. Raises `EventNotFound`.

    `opened`: the indexes of all such seats of the event. `also` belongs to the change.
    """

    def step(event: Event) -> Event:
        return msgspec.structs.replace(event, open_seats=ranges_of(opened) or None)

    return await _move_event_at(deps, organization_id, event_id, revision, step, also)


async def set_prices(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    revision: int,
    prices: Mapping[str, tuple[int, int]],
    also: InSameTransaction,
) -> bool:
    """Set the prices of whole levels for later holds; live holds keep their price.

    `prices`: price level id → price and fees. `also` belongs to the change. Raises `EventNotFound`,
    `PriceLevelNotFound`.
    """

    def step(event: Event) -> Event:
        if prices.keys() - {level.id for level in event.price_levels}:
            raise PriceLevelNotFound
        levels = tuple(_priced(level, prices.get(level.id)) for level in event.price_levels)
        return msgspec.structs.replace(event, price_levels=levels)

    return await _move_event_at(deps, organization_id, event_id, revision, step, also)


def _priced(level: PriceLevel, price: tuple[int, int] | None) -> PriceLevel:
    return level if price is None else msgspec.structs.replace(level, amount=price[0], fee=price[1])


async def _move_event_at(
    deps: Deps,
    organization_id: str,
    event_id: str,
    revision: int,
    step: Callable[[Event], Event],
    also: InSameTransaction,
) -> bool:
    try:
        await move_event(
            deps,
            organization_id=organization_id,
            event_id=event_id,
            step=step,
            expected=frozenset({revision}),
            also=also,
        )
    except VersionMismatch:
        return False
    return True
