"""One step of an event's life, from a revision that somebody else has looked at."""

from collections.abc import Callable

from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.refusals import VersionMismatch
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event import move_event


async def move_event_at(
    deps: Deps, *, organization_id: str, event_id: str, revision: int, step: Callable[[Event], Event]
) -> bool:
    """False where the event is no longer at `revision`: what the step was made of is to be looked up again.

    Raises `EventNotFound` and whatever `step` refuses.
    """
    try:
        await move_event(deps, organization_id=organization_id, event_id=event_id, step=step, if_match=f'"{revision}"')
    except VersionMismatch:
        return False
    return True
