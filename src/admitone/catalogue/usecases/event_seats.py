"""Single seats of an event: their price level, and whether seats reserved for accessibility are sold to everyone.

Booking calls both with seat indexes that it looked up at a revision of the event. They return False if the event
has another revision by now: the caller looks the indexes up again.
"""

from collections.abc import Callable, Collection, Mapping

import msgspec

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
