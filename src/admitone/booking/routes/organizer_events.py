"""`/organizer/events/{id}/seats`, `…/sales`, `…/bookings`: an event's sale, for its organizer."""

from typing import Annotated, Any

from litestar import Response, get, patch
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from admitone.booking.contracts import BookingStatus
from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.bookings_csv import Rows, csv_lines
from admitone.booking.schemas.organizer_events import (
    BookingList,
    SalesOut,
    SeatsHeldBack,
    SeatsPatch,
    held_back_out,
    hold_back_request,
    organizer_booking_out,
    sales_out,
)
from admitone.booking.usecases.hold_back_seats import hold_back_seats
from admitone.booking.usecases.list_event_bookings import list_event_bookings
from admitone.booking.usecases.summarize_sales import summarize_sales
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of

Words = Annotated[
    str,
    QueryParameter(
        max_length=200,
        description="Words in any order, each a part of an id, a name, an address or a promo code; case, accents and "
        "spellings such as `ue` for `ü` do not matter. Or the `code` of a booking or of a ticket, in any spelling.",
    ),
]
CsvRows = Annotated[
    Rows, QueryParameter(description="With `Accept: text/csv`: one line per booking, or one line per ticket.")
]
CsvBom = Annotated[
    bool,
    QueryParameter(description="With `Accept: text/csv`: start with a byte order mark, so that Excel reads UTF-8."),
]
CSV_TYPE = "text/csv"


@patch(
    "/organizer/events/{event_id:str}/seats",
    operation_id="holdBackSeats",
    summary="Hold back, release or reprice seats, or release accessible places for general sale (role manager)",
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
    "/organizer/events/{event_id:str}/bookings",
    operation_id="listBookings",
    summary="List an event's bookings, newest first; all of them with `Accept: text/csv` (role box office)",
    responses={
        200: ResponseSpec(data_container=BookingList, description="One page of bookings.", generate_examples=False),
    },
)
async def get_bookings(
    event_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    organizer_deps: Given,
    q: Words = "",
    status: FromQuery[BookingStatus | None] = None,
    page: PageNumber = 0,
    size: PageSize = 20,
    rows: CsvRows = "bookings",
    bom: CsvBom = False,
) -> Response[Any]:
    found = await list_event_bookings(
        organizer_deps,
        organization_id=identity.organization_id,
        event_id=event_id,
        words=q,
        status=status.value if status else None,
        page=page,
        size=size,
    )
    headers = {**NO_STORE, "Vary": "Accept"}
    if CSV_TYPE in request.headers.get("accept", ""):
        name = {"Content-Disposition": f'attachment; filename="bookings-{event_id}.csv"'}
        lines = csv_lines(found.rest, rows=rows, bom=bom, codes=organizer_deps.booking.codes)
        return Stream(lines, media_type=CSV_TYPE, headers=headers | name)  # Litestar adds the charset
    views = [organizer_booking_out(booking, organizer_deps.booking.codes) for booking in found.bookings]
    return Response(BookingList(views, page_of(page, size, found.total)), headers=headers)
