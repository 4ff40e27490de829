"""Some seats at another price level: for later holds; those that live keep the price that they were made at."""

from collections.abc import Mapping

import msgspec

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.refusals import PriceLevelNotFound
from admitone.catalogue.domain.seat_levels import move_seats
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event_at import move_event_at


async def reprice_seats(
    deps: Deps, *, organization_id: str, event_id: str, revision: int, moves: Mapping[int, str | None]
) -> bool:
    """`moves`: seat index → price level id, or None where its category's price is to count again.

    False where the event is no longer at `revision`: indexes and levels are to be looked up again.
    Raises `EventNotFound`, `PriceLevelNotFound`.
    """

    def step(event: Event) -> Event:
        if set(moves.values()) - {None, *(level.id for level in event.price_levels)}:
            raise PriceLevelNotFound
        return msgspec.structs.replace(event, price_levels=move_seats(event.price_levels, moves))

    return await move_event_at(deps, organization_id=organization_id, event_id=event_id, revision=revision, step=step)
