"""An event moves to another date, known or not yet known. Tickets stay valid."""

from admitone.catalogue.domain.drafts import Postponement
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.life import postponed
from admitone.catalogue.domain.plan_event import plan_start
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.move_event import move_event
from admitone.kit.refusal import InvalidBody


async def postpone_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    postponement: Postponement,
    if_match: str | None = None,
) -> Event:
    """Without a date in `postponement` the event is postponed, with one it is rescheduled.

    Raises `EventNotFound`, `VersionMismatch`, `InvalidBody`, `EventIsCancelled`, `EventNotPublished`.
    """

    def step(event: Event) -> Event:
        if not (postponement.starts_at or postponement.local_start or postponement.local_date):
            return postponed(event, None)
        start, faults = plan_start(postponement, event.timezone)
        if start is None:
            raise InvalidBody(faults)
        return postponed(event, (start.starts_at, start.local_date, start.local_time, start.sort_at))

    return await move_event(deps, organization_id=organization_id, event_id=event_id, step=step, if_match=if_match)
