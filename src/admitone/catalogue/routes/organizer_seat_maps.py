"""`/organizer/seat-maps`."""

from litestar import Controller, Response, delete, get, patch, post, put
from litestar.params import FromPath, JSONBody

from admitone.catalogue.domain.records import SeatMapRecord
from admitone.catalogue.domain.seating_plan import SeatMapDraft
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.routes.parameters import Words
from admitone.catalogue.schemas.organizer import SeatMapList, SeatMapView, seat_map_view
from admitone.catalogue.schemas.patches import SeatMapPatch, given_members
from admitone.catalogue.usecases.deps import Watch
from admitone.catalogue.usecases.seat_maps import (
    change_seat_map,
    create_seat_map,
    delete_seat_map,
    list_seat_maps,
    read_seat_map_record,
)
from admitone.kit.http.body_limits import SEATING_PLAN_BYTES_MAX
from admitone.kit.http.caching import Expected, versioned
from admitone.kit.http.changes import keep_before
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.problem_schema import refusals
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of


class OrganizerSeatMaps(Controller):
    path = "/seat-maps"

    @get(operation_id="listOwnSeatMaps", summary="List your seat maps by name", responses=refusals(400, 401, 403))
    async def list_own(
        self, deps: Given, identity: Caller, q: Words = "", page: PageNumber = 0, size: PageSize = 20
    ) -> SeatMapList:
        found, total = await list_seat_maps(deps, organization_id=identity.organization_id, q=q, page=page, size=size)
        return SeatMapList([seat_map_view(seat_map) for seat_map in found], page_of(page, size, total))

    @post(
        operation_id="createSeatMap",
        summary="Create a seat map from a pretix seating plan",
        request_max_body_size=SEATING_PLAN_BYTES_MAX,
        responses=refusals(400, 401, 403, 413, 422),
    )
    async def create(self, deps: Given, identity: Caller, data: JSONBody[SeatMapDraft]) -> Response[SeatMapView]:
        record = await create_seat_map(deps, organization_id=identity.organization_id, draft=data)
        return versioned(seat_map_view(record), record.revision, location=f"/organizer/seat-maps/{record.id}")

    @get(
        "/{seat_map_id:str}",
        operation_id="readOwnSeatMap",
        summary="Get a seat map with its seating plan",
        responses=refusals(401, 403, 404),
    )
    async def read(self, deps: Given, identity: Caller, seat_map_id: FromPath[str]) -> Response[SeatMapView]:
        record, plan = await read_seat_map_record(
            deps, organization_id=identity.organization_id, seat_map_id=seat_map_id
        )
        return versioned(seat_map_view(record, plan), record.revision)

    @put(
        "/{seat_map_id:str}",
        operation_id="replaceSeatMap",
        summary="Rename a seat map; its plan never changes",
        request_max_body_size=SEATING_PLAN_BYTES_MAX,
        responses=refusals(400, 401, 403, 404, 409, 412, 413, 422),
    )
    async def replace(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        seat_map_id: FromPath[str],
        data: JSONBody[SeatMapDraft],
        expected: Expected,
    ) -> Response[SeatMapView]:
        record = await change_seat_map(
            deps,
            organization_id=identity.organization_id,
            seat_map_id=seat_map_id,
            name=data.name,
            plan=data.plan,
            expected=expected,
            watch=_watched_name(request),
        )
        return versioned(seat_map_view(record), record.revision)

    @patch(
        "/{seat_map_id:str}",
        operation_id="changeSeatMap",
        summary="Rename a seat map",
        request_max_body_size=SEATING_PLAN_BYTES_MAX,
        responses=refusals(400, 401, 403, 404, 409, 412, 413, 422),
    )
    async def change(
        self,
        request: AnyRequest,
        deps: Given,
        identity: Caller,
        seat_map_id: FromPath[str],
        data: JSONBody[SeatMapPatch],
        expected: Expected,
    ) -> Response[SeatMapView]:
        given = given_members(data)
        record = await change_seat_map(
            deps,
            organization_id=identity.organization_id,
            seat_map_id=seat_map_id,
            name=given.get("name"),
            plan=given.get("plan"),
            expected=expected,
            watch=_watched_name(request),
        )
        return versioned(seat_map_view(record), record.revision)

    @delete(
        "/{seat_map_id:str}",
        operation_id="deleteSeatMap",
        summary="Delete a seat map without events",
        responses=refusals(401, 403, 404, 409, 412),
    )
    async def remove(
        self, request: AnyRequest, deps: Given, identity: Caller, seat_map_id: FromPath[str], expected: Expected
    ) -> None:
        await delete_seat_map(
            deps,
            organization_id=identity.organization_id,
            seat_map_id=seat_map_id,
            expected=expected,
            watch=lambda record: keep_before(request.state, {"name": record.name, "seats": record.seat_count}),
        )


def _watched_name(request: AnyRequest) -> Watch[SeatMapRecord]:
    return lambda record: keep_before(request.state, {"name": record.name})
