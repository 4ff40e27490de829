"""The life of an event: publish, withdraw, pause and resume its sales, cancel, postpone. Repeating any but the
last changes nothing."""

from admitone.catalogue.domain.build_event import resolve_start
from admitone.catalogue.domain.drafts import Postponement
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_times import STARTS, broken_pairs, moments_of, start_of
from admitone.catalogue.domain.life import cancelled, paused, postponed, published, resumed, withdrawn
from admitone.catalogue.domain.refusals import HasSales
from admitone.catalogue.usecases.deps import Deps, Watch, unwatched
from admitone.catalogue.usecases.event_changes.move_event import move_event
from admitone.kit.refusal import InvalidBody
from admitone.kit.revisions import Revisions


async def publish_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """Make an event visible; booking creates its tickets and opens its sale.

    Raises `EventNotFound`, `VersionMismatch`, `InvalidBody` if its prices sell nothing.
    """
    return await move_event(
        deps, organization_id=organization_id, event_id=event_id, step=published, expected=expected, watch=watch
    )


async def withdraw_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """Unpublish an event without sales. Raises `EventNotFound`, `VersionMismatch`, `HasSales`."""
    sold = await deps.has_sales((event_id,))

    def step(event: Event) -> Event:
        if sold and event.published:
            raise HasSales("Tickets of this event are sold: cancel it instead.")
        return withdrawn(event)

    return await move_event(
        deps, organization_id=organization_id, event_id=event_id, step=step, expected=expected, watch=watch
    )


async def pause_sales(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """Close the sale until `resume_sales`; its planned end stays. Held tickets can be paid.

    Raises `EventNotFound`, `VersionMismatch`, `EventIsCancelled`, `EventNotPublished`.
    """
    at = deps.now().replace(microsecond=0)
    return await move_event(
        deps,
        organization_id=organization_id,
        event_id=event_id,
        step=lambda event: paused(event, at),
        expected=expected,
        watch=watch,
    )


async def resume_sales(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """Open the sale again, until its planned end. Raises `EventNotFound`, `VersionMismatch`."""
    return await move_event(
        deps, organization_id=organization_id, event_id=event_id, step=resumed, expected=expected, watch=watch
    )


async def cancel_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """End the sale for good; the event stays visible. Raises `EventNotFound`, `VersionMismatch`."""
    return await move_event(
        deps, organization_id=organization_id, event_id=event_id, step=cancelled, expected=expected, watch=watch
    )


async def postpone_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    postponement: Postponement,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> Event:
    """Postpone the event, or with a date in `postponement` reschedule it. Tickets stay valid.

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

    return await move_event(
        deps, organization_id=organization_id, event_id=event_id, step=step, expected=expected, watch=watch
    )


def _refuse_broken_times(event: Event, member: str) -> None:
    """Raise `InvalidBody` for contradictory times. Doors, end and off-sale move with the start; the opening of the sale
    stays."""
    pairs = broken_pairs(moments_of(event), start_of(member, event.starts_at, event.sort_at))
    # Pairs without the opening of the sale moved together, so their order is unchanged.
    faults = [(f"/{member}", pair.detail) for pair in pairs if "on_sale_at" in (pair.first, pair.second)]
    if faults:
        raise InvalidBody(faults)
