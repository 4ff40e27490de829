"""`/organizer/venues`."""

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from admitone.catalogue.domain.drafts import VenueDraft
from admitone.catalogue.domain.records import Venue
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.parameters import Words
from admitone.catalogue.schemas.organizer import VenueList, VenueView, venue_view
from admitone.catalogue.schemas.patches import VenuePatch, apply_patch
from admitone.catalogue.usecases.venues import change_venue, create_venue, delete_venue, list_venues, read_venue
from admitone.kit.http.caching import Expected, versioned
from admitone.kit.http.changes import keep_before, keep_changed
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of


class OrganizerVenues(Controller):
    path = "/venues"

    @get(operation_id="listOwnVenues", summary="List your venues by name", responses=refusals(400, 401, 403))
    async def list_own(
        self, deps: Given, identity: Caller, q: Words = "", page: PageNumber = 0, size: PageSize = 20
    ) -> VenueList:
        found, total = await list_venues(deps, organization_id=identity.organization_id, q=q, page=page, size=size)
        return VenueList([venue_view(venue) for venue in found], page_of(page, size, total))

    @post(operation_id="createVenue", summary="Create a venue", responses=refusals(400, 401, 403, 422))
    async def create(self, deps: Given, identity: Caller, data: JSONBody[VenueDraft]) -> Response[VenueView]:
        venue = await create_venue(deps, organization_id=identity.organization_id, draft=data)
        return versioned(venue_view(venue), venue.revision, location=f"/organizer/venues/{venue.id}")

    @get("/{venue_id:str}", operation_id="readOwnVenue", summary="Get a venue", responses=refusals(401, 403, 404))
    async def read(self, deps: Given, identity: Caller, venue_id: FromPath[str]) -> Response[VenueView]:
        return _answer(await read_venue(deps, organization_id=identity.organization_id, venue_id=venue_id))

    @put(
        "/{venue_id:str}",
        operation_id="replaceVenue",
        summary="Replace a venue",
        responses=refusals(400, 401, 403, 404, 412, 422),
    )
    async def replace(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        venue_id: FromPath[str],
        data: JSONBody[VenueDraft],
        expected: Expected,
    ) -> Response[VenueView]:
        venue = await change_venue(
            deps,
            organization_id=identity.organization_id,
            venue_id=venue_id,
            edit=keep_changed(request.state, lambda _: data),
            expected=expected,
        )
        return _answer(venue)

    @patch(
        "/{venue_id:str}",
        operation_id="changeVenue",
        summary="Change members of a venue",
        responses=refusals(400, 401, 403, 404, 412, 422),
    )
    async def change(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        venue_id: FromPath[str],
        data: JSONBody[VenuePatch],
        expected: Expected,
    ) -> Response[VenueView]:
        venue = await change_venue(
            deps,
            organization_id=identity.organization_id,
            venue_id=venue_id,
            edit=keep_changed(request.state, lambda draft: apply_patch(draft, data)),
            expected=expected,
        )
        return _answer(venue)

    @delete(
        "/{venue_id:str}",
        operation_id="deleteVenue",
        summary="Delete a venue without events",
        responses=refusals(401, 403, 404, 409, 412),
    )
    async def remove(
        self, request: AnyRequest, deps: Given, identity: Caller, venue_id: FromPath[str], expected: Expected
    ) -> None:
        venue = await delete_venue(deps, organization_id=identity.organization_id, venue_id=venue_id, expected=expected)
        keep_before(request.state, venue_view(venue))


def _answer(venue: Venue) -> Response[VenueView]:
    return versioned(venue_view(venue), venue.revision)
