"""`/organizer/events`, and the changes of an event's status."""

from typing import Annotated, Protocol

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.catalogue.domain.drafts import EventDraft, Postponement
from admitone.catalogue.domain.event import Event
from admitone.catalogue.domain.event_filter import EventFilter, EventListing
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.parameters import DAY, Words
from admitone.catalogue.schemas.organizer import EventList, EventView, event_view
from admitone.catalogue.schemas.patches import EventPatch, apply_event_patch
from admitone.catalogue.usecases.deps import Deps, Watch
from admitone.catalogue.usecases.event_life import (
    cancel_event,
    pause_sales,
    postpone_event,
    publish_event,
    resume_sales,
    withdraw_event,
)
from admitone.catalogue.usecases.events import change_event, create_event, delete_event, list_events, read_event
from admitone.catalogue.usecases.pictures import read_sources
from admitone.kit.http.caching import Expected, versioned
from admitone.kit.http.changes import keep_before, keep_changed
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of
from admitone.kit.revisions import Revisions
from admitone.organizers.contracts import Identity

Listing = Annotated[
    EventListing | None,
    QueryParameter(
        description="`upcoming`: published and not over, postponed ones included; of these `on_sale`: the sale is "
        "open, and `paused`: the sale has ended or is paused; `past`: published and over, the latest first; `drafts`; "
        "`cancelled`."
    ),
]
UsedMap = Annotated[str | None, QueryParameter(max_length=200, description="Only events with this seat map.")]
AtVenue = Annotated[str | None, QueryParameter(max_length=200, description="Only events at this venue.")]
OfSeries = Annotated[str | None, QueryParameter(max_length=200, description="Only the dates of this series.")]
FirstDay = Annotated[
    str | None, QueryParameter(pattern=DAY, description="Only events on this day at the venue or later (YYYY-MM-DD).")
]
LastDay = Annotated[
    str | None, QueryParameter(pattern=DAY, description="Only events on this day at the venue or earlier (YYYY-MM-DD).")
]


class OrganizerEvents(Controller):
    path = "/events"

    @get(operation_id="listOwnEvents", summary="List your events, earliest first", responses=refusals(400, 401, 403))
    async def list_own(
        self,
        deps: Given,
        identity: Caller,
        q: Words = "",
        page: PageNumber = 0,
        size: PageSize = 20,
        listing: Listing = None,
        seat_map_id: UsedMap = None,
        venue_id: AtVenue = None,
        series_id: OfSeries = None,
        first_day: FirstDay = None,
        last_day: LastDay = None,
    ) -> EventList:
        wanted = EventFilter(
            q=q,
            listing=listing,
            seat_map_id=seat_map_id,
            venue_id=venue_id,
            series_id=series_id,
            first_day=first_day,
            last_day=last_day,
        )
        found, total = await list_events(
            deps, organization_id=identity.organization_id, wanted=wanted, page=page, size=size
        )
        sources = await read_sources(deps, found)
        events = [event_view(event, sources.get(event.id)) for event in found]
        return EventList(events, page_of(page, size, total))

    @post(operation_id="createEvent", summary="Create an event as a draft", responses=refusals(400, 401, 403, 422))
    async def create(self, deps: Given, identity: Caller, data: JSONBody[EventDraft]) -> Response[EventView]:
        event = await create_event(deps, organization_id=identity.organization_id, draft=data)
        return await _answer(deps, event, location=f"/organizer/events/{event.id}")

    @get("/{event_id:str}", operation_id="readOwnEvent", summary="Get an event", responses=refusals(401, 403, 404))
    async def read(self, deps: Given, identity: Caller, event_id: FromPath[str]) -> Response[EventView]:
        return await _answer(deps, await read_event(deps, organization_id=identity.organization_id, event_id=event_id))

    @put(
        "/{event_id:str}",
        operation_id="replaceEvent",
        summary="Replace an event",
        responses=refusals(400, 401, 403, 404, 409, 412, 422),
    )
    async def replace(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        event_id: FromPath[str],
        data: JSONBody[EventDraft],
        expected: Expected,
    ) -> Response[EventView]:
        event = await change_event(
            deps,
            organization_id=identity.organization_id,
            event_id=event_id,
            edit=keep_changed(request.state, lambda _: data),
            expected=expected,
            made_by=identity,
        )
        return await _answer(deps, event)

    @patch(
        "/{event_id:str}",
        operation_id="changeEvent",
        summary="Change members of an event",
        responses=refusals(400, 401, 403, 404, 409, 412, 422),
    )
    async def change(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        event_id: FromPath[str],
        data: JSONBody[EventPatch],
        expected: Expected,
    ) -> Response[EventView]:
        event = await change_event(
            deps,
            organization_id=identity.organization_id,
            event_id=event_id,
            edit=keep_changed(request.state, lambda draft: apply_event_patch(draft, data)),
            expected=expected,
            made_by=identity,
        )
        return await _answer(deps, event)

    @delete(
        "/{event_id:str}",
        operation_id="deleteEvent",
        summary="Delete an event without ticket holders",
        responses=refusals(401, 403, 404, 409, 412),
    )
    async def remove(
        self, request: AnyRequest, deps: Given, identity: Caller, event_id: FromPath[str], expected: Expected
    ) -> None:
        await delete_event(
            deps,
            organization_id=identity.organization_id,
            event_id=event_id,
            expected=expected,
            watch=_watched(request),
        )

    @post(
        "/{event_id:str}/publication",
        operation_id="publishEvent",
        summary="Publish an event",
        status_code=200,
        responses=refusals(401, 403, 404, 412, 422),
    )
    async def publish(
        self, request: AnyRequest, deps: Given, identity: Caller, event_id: FromPath[str], expected: Expected
    ) -> Response[EventView]:
        return await _move(publish_event, request, deps, identity, event_id, expected)

    @delete(
        "/{event_id:str}/publication",
        operation_id="withdrawEvent",
        summary="Unpublish an event without sales",
        status_code=200,
        responses=refusals(401, 403, 404, 409, 412),
    )
    async def withdraw(
        self, request: AnyRequest, deps: Given, identity: Caller, event_id: FromPath[str], expected: Expected
    ) -> Response[EventView]:
        return await _move(withdraw_event, request, deps, identity, event_id, expected)

    @post(
        "/{event_id:str}/pause",
        operation_id="pauseSales",
        summary="Pause the sales of an event: their planned end stays",
        status_code=200,
        responses=refusals(401, 403, 404, 409, 412),
    )
    async def pause(
        self, request: AnyRequest, deps: Given, identity: Caller, event_id: FromPath[str], expected: Expected
    ) -> Response[EventView]:
        return await _move(pause_sales, request, deps, identity, event_id, expected)

    @delete(
        "/{event_id:str}/pause",
        operation_id="resumeSales",
        summary="Resume the sales of an event, until their planned end",
        status_code=200,
        responses=refusals(401, 403, 404, 412),
    )
    async def resume(
        self, request: AnyRequest, deps: Given, identity: Caller, event_id: FromPath[str], expected: Expected
    ) -> Response[EventView]:
        return await _move(resume_sales, request, deps, identity, event_id, expected)

    @post(
        "/{event_id:str}/cancellation",
        operation_id="cancelEvent",
        summary="Cancel an event",
        status_code=200,
        responses=refusals(401, 403, 404, 412),
    )
    async def cancel(
        self, request: AnyRequest, deps: Given, identity: Caller, event_id: FromPath[str], expected: Expected
    ) -> Response[EventView]:
        return await _move(cancel_event, request, deps, identity, event_id, expected)

    @post(
        "/{event_id:str}/postponement",
        operation_id="postponeEvent",
        summary="Postpone an event, with or without a new date",
        status_code=200,
        responses=refusals(400, 401, 403, 404, 409, 412, 422),
    )
    async def postpone(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        event_id: FromPath[str],
        expected: Expected,
        data: JSONBody[Postponement | None] = None,
    ) -> Response[EventView]:
        event = await postpone_event(
            deps,
            organization_id=identity.organization_id,
            event_id=event_id,
            postponement=data or Postponement(),
            expected=expected,
            watch=_watched_start(request, data),
        )
        return await _answer(deps, event)


class _Move(Protocol):
    """A use case that changes the status of an event."""

    async def __call__(
        self,
        deps: Deps,
        /,
        *,
        organization_id: str,
        event_id: str,
        expected: Revisions | None,
        watch: Watch[Event],
    ) -> Event: ...


async def _move(
    move: _Move, request: AnyRequest, deps: Deps, identity: Identity, event_id: str, expected: Revisions | None
) -> Response[EventView]:
    event = await move(
        deps,
        organization_id=identity.organization_id,
        event_id=event_id,
        expected=expected,
        watch=_watched(request),
    )
    return await _answer(deps, event)


def _watched(request: AnyRequest) -> Watch[Event]:
    """Return what lets the audit trail say in which state the event was."""
    return lambda event: keep_before(
        request.state, {"name": event.name, "status": event.status.value, "published": event.published}
    )


def _watched_start(request: AnyRequest, postponement: Postponement | None) -> Watch[Event]:
    """Return what lets the audit trail say when the event was to begin, in the members that the body has."""

    def watch(event: Event) -> None:
        starts = {
            "starts_at": event.starts_at,
            "local_start": f"{event.local_date}T{event.local_time}" if event.local_time else None,
            "local_date": event.local_date,
        }
        given = [name for name in starts if postponement and getattr(postponement, name) is not None]
        shown = {name: starts[name] for name in given} or {"status": event.status.value, **starts}
        keep_before(request.state, shown)

    return watch


async def _answer(deps: Deps, event: Event, location: str | None = None) -> Response[EventView]:
    sources = await read_sources(deps, [event])
    return versioned(event_view(event, sources.get(event.id)), event.revision, location=location)
