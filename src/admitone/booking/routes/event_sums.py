"""`/organizer/sales`: sums of several events, as lists show them."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.event_sums import EventSalesList, event_sales_out
from admitone.booking.usecases.sum_event_sales import sum_event_sales
from admitone.kit.http.caching import NO_STORE

EventIds = Annotated[
    list[str], QueryParameter(min_items=1, max_items=100, description="Ids of events; repeat the parameter.")
]


@get(
    "/organizer/sales",
    operation_id="listSales",
    summary="Sums of sales of several events (role box office)",
)
async def list_sales(event_id: EventIds, identity: Caller, organizer_deps: Given) -> Response[EventSalesList]:
    found = await sum_event_sales(organizer_deps, organization_id=identity.organization_id, event_ids=event_id)
    return Response(EventSalesList([event_sales_out(sales) for sales in found]), headers=NO_STORE)
