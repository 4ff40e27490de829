"""`/organizer/events/{id}/seats`, `…/sales`: an event's sale, to its organizer."""

from litestar import Response, get, patch
from litestar.params import FromPath, JSONBody

from admitone.booking.domain.seat_changes import Maker
from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.organizer_events import (
    SalesOut,
    SeatsHeldBack,
    SeatsPatch,
    held_back_out,
    hold_back_request,
    sales_out,
)
from admitone.booking.schemas.seats_overview import SeatsOverviewOut, seats_overview_out
from admitone.booking.usecases.hold_back_seats import hold_back_seats
from admitone.booking.usecases.read_seats_overview import read_seats_overview
from admitone.booking.usecases.summarize_sales import summarize_sales
from admitone.kit.http.caching import NO_STORE


@patch(
    "/organizer/events/{event_id:str}/seats",
    operation_id="holdBackSeats",
    summary="Hold back, release or reprice seats, open accessible ones to all, or set prices of levels (role manager)",
)
async def patch_seats(
    event_id: FromPath[str],
    identity: Caller,
    data: JSONBody[SeatsPatch],
    organizer_deps: Given,
) -> Response[SeatsHeldBack]:
    held = await hold_back_seats(
        organizer_deps,
        organization_id=identity.organization_id,
        event_id=event_id,
        request=hold_back_request(data),
        made_by=Maker(identity.actor_id, identity.actor_name),
    )
    return Response(held_back_out(held), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/sales",
    operation_id="readSales",
    summary="Sales of an event: places, money, promo codes, hours (role box office)",
)
async def get_sales(event_id: FromPath[str], identity: Caller, organizer_deps: Given) -> Response[SalesOut]:
    summary = await summarize_sales(organizer_deps, organization_id=identity.organization_id, event_id=event_id)
    return Response(sales_out(summary), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/seats",
    operation_id="readOwnSeats",
    summary="What is held back and why, repriced or open to all; places by price level; sales of the last hour",
)
async def get_own_seats(event_id: FromPath[str], identity: Caller, organizer_deps: Given) -> Response[SeatsOverviewOut]:
    overview = await read_seats_overview(organizer_deps, organization_id=identity.organization_id, event_id=event_id)
    return Response(seats_overview_out(overview), headers=NO_STORE)
