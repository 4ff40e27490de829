"""Events of an organization: create, read, list, change, delete. Their life after that is `event_life`."""

from collections.abc import Callable, Sequence

import msgspec

from admitone.catalogue.contracts import NOT_IN_ORGANIZATION, EventNotFound, EventsChanged, SaleTerms
from admitone.catalogue.domain.build_event import build_event
from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.event import Event, sale_terms
from admitone.catalogue.domain.event_draft import event_draft_of
from admitone.catalogue.domain.event_filter import EventFilter
from admitone.catalogue.domain.life import refuse_breaking_change, refuse_selling_nothing
from admitone.catalogue.domain.refusals import HasSales
from admitone.catalogue.store import events as store
from admitone.catalogue.store.references import find_references
from admitone.catalogue.store.series import delete_empty_series, lock_series
from admitone.catalogue.usecases.deps import Deps, Watch, unwatched
from admitone.catalogue.usecases.event_changes.store_events import recount_events, store_events
from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection
from admitone.kit.revisions import Revisions, check_version
from admitone.organizers.contracts import Identity


async def create_event(deps: Deps, *, organization_id: str, draft: EventDraft) -> Event:
    """Return the new event, a draft that only its organization sees. Raises `InvalidBody` with every fault."""
    currencies = await deps.read_currencies(organization_id)
    async with deps.pool.connection() as conn, conn.transaction():
        references = await find_references(conn, organization_id=organization_id, drafts=[draft])
        event = build_event(
            draft,
            references,
            event_id=new_id("evt"),
            organization_id=organization_id,
            now=deps.now(),
            hold_seconds_min=deps.hold_seconds_min,
            currencies=currencies,
        )
        await store_events(deps, conn, [event])
    return event


async def read_event(deps: Deps, *, organization_id: str, event_id: str) -> Event:
    """Raises `EventNotFound`, also for an event of another organization."""
    async with deps.pool.connection() as conn:
        event = await store.read_event(conn, organization_id=organization_id, event_id=event_id)
    if event is None:
        raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
    return event


async def list_events(
    deps: Deps,
    *,
    organization_id: str,
    wanted: EventFilter,
    page: int,
    size: int,
) -> tuple[list[Event], int]:
    """Return the page's events, and the number on all pages. The earliest is first; of past events the latest."""
    async with deps.pool.connection() as conn:
        return await store.list_events(
            conn,
            organization_id=organization_id,
            wanted=wanted,
            page=page,
            size=size,
            now=deps.now(),
        )


async def read_event_names(deps: Deps, organization_id: str, event_ids: Sequence[str]) -> dict[str, str]:
    """Return id → name of these events, published or not (`contracts.ReadEventNames`)."""
    async with deps.pool.connection() as conn:
        return await store.read_event_names(conn, organization_id, event_ids)


async def read_sale_terms(deps: Deps, event_id: str) -> SaleTerms | None:
    """Return the current sale terms of the event, published or not.

    Bound to its `deps` it is a `contracts.ReadSaleTerms`.
    """
    async with deps.pool.connection() as conn:
        event = await store.read_any_event(conn, event_id)
    return None if event is None else sale_terms(event)


async def change_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    edit: Callable[[EventDraft], EventDraft],
    expected: Revisions | None = None,
    made_by: Identity | None = None,
) -> Event:
    """Store the draft that `edit` returns for the current one. `made_by`: who can undo what it changes of the prices;
    None: no one.

    Raises `EventNotFound`, `VersionMismatch`, `InvalidBody`, or `HasSales` if tickets are sold and the change removes
    the seat map, the currency or an area.
    """
    # Checked before a connection is held. If the first sale happens in between, booking refuses this change in the same
    # transaction.
    sold = await deps.has_sales((event_id,))
    currencies = await deps.read_currencies(organization_id)
    async with deps.pool.connection() as conn, conn.transaction():
        previous = await store.lock_event(conn, organization_id=organization_id, event_id=event_id)
        if previous is None:
            raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
        check_version(expected, previous.revision)
        draft = edit(event_draft_of(previous))
        references = await find_references(conn, organization_id=organization_id, drafts=[draft])
        event = build_event(
            draft,
            references,
            event_id=event_id,
            organization_id=organization_id,
            now=deps.now(),
            hold_seconds_min=deps.hold_seconds_min,
            currencies=currencies,
            previous=previous,
        )
        if sold:
            refuse_breaking_change(previous, event)
        refuse_selling_nothing(previous, event)
        await store_events(deps, conn, [event], previous=previous)
        if made_by is not None and event.published:
            await deps.record_prices(conn, made_by, sale_terms(previous), sale_terms(event))
    return event


async def delete_event(
    deps: Deps,
    *,
    organization_id: str,
    event_id: str,
    expected: Revisions | None = None,
    watch: Watch[Event] = unwatched,
) -> None:
    """Remove an event without sales, and announce that it is not published.

    Raises `EventNotFound`, `VersionMismatch`, `HasSales`.
    """
    sold = await deps.has_sales((event_id,))
    is_over = False
    while not is_over:  # again where the event became a date of a series in between
        async with deps.pool.connection() as conn, conn.transaction():
            event = await _lock_after_series(conn, organization_id, event_id)
            if event is not None:
                check_version(expected, event.revision)
                if sold:
                    raise HasSales("Tickets of this event are sold: cancel it instead.")
                watch(event)
                await _delete(deps, conn, event)
                is_over = True


async def _lock_after_series(conn: Connection, organization_id: str, event_id: str) -> Event | None:
    """Lock the event's series, then the event: additions to a series lock in this order.

    Return None if the event became a date of another series in between. Raises `EventNotFound`.
    """
    seen = await store.read_event(conn, organization_id=organization_id, event_id=event_id)
    if seen is not None and seen.series_id is not None:
        await lock_series(conn, organization_id=organization_id, series_id=seen.series_id)
    event = await store.lock_event(conn, organization_id=organization_id, event_id=event_id)
    if seen is None or event is None:
        raise EventNotFound(event_id, NOT_IN_ORGANIZATION)
    return event if event.series_id in (None, seen.series_id) else None


async def _delete(deps: Deps, conn: Connection, event: Event) -> None:
    gone = msgspec.structs.replace(event, revision=event.revision + 1, published=False)
    await store.delete_event(conn, organization_id=event.organization_id, event_id=event.id)
    if event.series_id is not None:
        await delete_empty_series(conn, organization_id=event.organization_id, series_id=event.series_id)
    await deps.announce(conn, EventsChanged((sale_terms(gone),)))
    await recount_events(conn, gone, event)
