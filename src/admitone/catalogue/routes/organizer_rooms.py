"""`/organizer/rooms`: seat maps that are generated from a description of the room."""

from litestar import Controller, Response, post
from litestar.params import JSONBody

from admitone.catalogue.domain.geometry import Geometry
from admitone.catalogue.domain.room import RoomDraft
from admitone.catalogue.routes.access import Caller, Given
from admitone.catalogue.schemas.organizer import SeatMapView, seat_map_view
from admitone.catalogue.usecases.rooms import create_room, preview_room
from admitone.kit.http.caching import versioned
from admitone.kit.http.changes import RECORDED
from admitone.kit.http.problem_schema import refusals


class OrganizerRooms(Controller):
    path = "/rooms"

    @post(
        operation_id="createRoom",
        summary="Create a seat map from sections of rows and seats",
        responses=refusals(400, 401, 403, 422),
    )
    async def create(self, deps: Given, identity: Caller, data: JSONBody[RoomDraft]) -> Response[SeatMapView]:
        record = await create_room(deps, organization_id=identity.organization_id, draft=data)
        return versioned(seat_map_view(record), record.revision, location=f"/organizer/seat-maps/{record.id}")

    @post(
        "/preview",
        operation_id="previewRoom",
        summary="Draw a room without storing it",
        opt={RECORDED: False},
        status_code=200,
        responses=refusals(400, 401, 403, 422),
    )
    async def preview(self, data: JSONBody[RoomDraft]) -> Geometry:
        return await preview_room(data)
