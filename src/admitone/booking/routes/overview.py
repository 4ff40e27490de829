"""`/organizer/overview`: what an organizer looks at first."""

from litestar import Response, get

from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.overview import OverviewOut, overview_out
from admitone.booking.usecases.read_overview import read_overview
from admitone.kit.http.caching import NO_STORE


@get(
    "/organizer/overview",
    operation_id="readOverview",
    summary="Coming events, sales of the last day, disputes, failed refunds, low stock",
)
async def get_overview(identity: Caller, organizer_deps: Given) -> Response[OverviewOut]:
    overview = await read_overview(organizer_deps, organization_id=identity.organization_id)
    return Response(overview_out(overview), headers=NO_STORE)
