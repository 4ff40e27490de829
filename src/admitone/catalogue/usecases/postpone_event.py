"""An event moves to another date, known or not yet known. Tickets stay valid."""

from admitone.catalogue.domain.build_event import resolve_start
from admitone.catalogue.domain.drafts import Postponement
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_times import STARTS, broken_pairs, moments_of, start_of
from admitone.catalogue.domain.life import postponed
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
        start, faults = resolve_start(postponement, event.timezone)
        if start is None:
            raise InvalidBody(faults)
        moved = postponed(event, (start.starts_at, start.local_date, start.local_time, start.sort_at))
        _refuse_broken_times(moved, next(name for name in STARTS if getattr(postponement, name) is not None))
        return moved

    return await move_event(deps, organization_id=organization_id, event_id=event_id, step=step, if_match=if_match)


def _refuse_broken_times(event: Event, member: str) -> None:
    """Doors, end and off-sale move with the start; the opening of the sale stays. Raises `InvalidBody`."""
    pairs = broken_pairs(moments_of(event), start_of(member, event.starts_at, event.sort_at))
    # Of what does not depend on the opening of the sale, nothing has changed but the day.
    faults = [(f"/{member}", pair.detail) for pair in pairs if "on_sale_at" in (pair.first, pair.second)]
    if faults:
        raise InvalidBody(faults)
