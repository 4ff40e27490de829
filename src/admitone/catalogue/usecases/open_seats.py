"""Release wheelchair places and companion seats for general sale."""

from collections.abc import Collection

import msgspec

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.seat_levels import ranges_of
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event_at import move_event_at


async def open_seats(
    deps: Deps, *, organization_id: str, event_id: str, revision: int, opened: Collection[int]
) -> bool:
    """`opened`: the indexes of all that are then; seats that are not named become reserved for accessibility again.

    False where the event is no longer at `revision`: indexes are to be looked up again. Raises `EventNotFound`.
    """

    def step(event: Event) -> Event:
        return msgspec.structs.replace(event, open_seats=ranges_of(opened) or None)

    return await move_event_at(deps, organization_id=organization_id, event_id=event_id, revision=revision, step=step)
