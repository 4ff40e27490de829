"""`/organizer/bookings`, `…/bookings/{id}`, `…/refund-preview`; `/organizer/events/{id}/bookings`."""

from typing import Annotated, Any, NamedTuple

from litestar import Response, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.seat_changes import Maker
from admitone.booking.routes.access import Caller, Given
from admitone.booking.routes.booking_detail import answer_booking, answer_read
from admitone.booking.routes.files import CSV, XLSX, attachment
from admitone.booking.schemas.booking import RefundIn, refund_request
from admitone.booking.schemas.bookings_table import Rows, columns_of, csv_lines, table_rows
from admitone.booking.schemas.organizer_bookings import (
    BookingDetailOut,
    BuyerPatch,
    RefundPreviewOut,
    refund_preview_out,
)
from admitone.booking.schemas.organizer_events import BookingList, organizer_booking_out
from admitone.booking.usecases.correct_buyer import correct_buyer
from admitone.booking.usecases.list_bookings import check_workbook, list_bookings
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.refunds import preview_refund
from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import RECORDED
from admitone.kit.http.negotiation import chosen_type
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.paging import page_of
from admitone.kit.workbook import build_workbook
from admitone.organizers.contracts import Identity, Permission

Words = Annotated[
    str,
    QueryParameter(
        max_length=200,
        description="Words in any order, each a part of an id, a name, an address, a promo code, a place (`F-12`) or a "
        "whole ticket id; case, accents and spellings such as `ue` for `ü` do not matter. Or the `code` of a booking "
        "or of a ticket, in any spelling; or `card 4242`, the last four digits of the card that paid.",
    ),
]
EventFilter = Annotated[str | None, QueryParameter(max_length=128, description="Only bookings of this event.")]
CsvRows = Annotated[
    Rows,
    QueryParameter(description="In a table (CSV or XLSX by `Accept`): a row for each booking, or for each ticket."),
]
CsvBom = Annotated[
    bool,
    QueryParameter(description="With `Accept: text/csv`: start with a byte order mark, so that Excel reads UTF-8."),
]


class _Asked(NamedTuple):
    """The parameters of a list of bookings, of one event or of all."""

    event_id: str | None
    words: str
    status: BookingStatus | None
    page: int
    size: int
    rows: Rows
    bom: bool


_PAGE_OF_BOOKINGS = {
    200: ResponseSpec(data_container=BookingList, description="One page of bookings.", generate_examples=False),
}


@get(
    "/organizer/bookings",
    operation_id="searchBookings",
    summary="List or search the bookings of all your events, newest first; all of them as CSV or XLSX by `Accept`",
    responses=_PAGE_OF_BOOKINGS,
)
async def get_all_bookings(
    request: AnyRequest,
    identity: Caller,
    organizer_deps: Given,
    q: Words = "",
    event_id: EventFilter = None,
    status: FromQuery[BookingStatus | None] = None,
    page: PageNumber = 0,
    size: PageSize = 20,
    rows: CsvRows = "bookings",
    bom: CsvBom = False,
) -> Response[Any]:
    asked = _Asked(event_id, q, status, page, size, rows, bom)
    return await _answer_bookings(request, identity, organizer_deps, asked)


@get(
    "/organizer/events/{event_id:str}/bookings",
    operation_id="listBookings",
    summary="List an event's bookings, newest first; all of them as CSV or XLSX by `Accept` (role box office)",
    responses=_PAGE_OF_BOOKINGS,
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
    asked = _Asked(event_id, q, status, page, size, rows, bom)
    return await _answer_bookings(request, identity, organizer_deps, asked)


@get(
    "/organizer/bookings/{booking_id:str}",
    operation_id="readOrganizerBooking",
    summary="Get a booking: tickets, money, refunds, timeline (role box office)",
)
async def get_organizer_booking(
    booking_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[BookingDetailOut]:
    return await answer_booking(organizer_deps, identity, booking_id)


@patch(
    "/organizer/bookings/{booking_id:str}",
    operation_id="correctBuyer",
    summary="Correct the name or the address of a booking's buyer (role box office)",
    opt={NEEDED: Permission.SELL},
)
async def patch_organizer_booking(
    booking_id: FromPath[str], identity: Caller, data: JSONBody[BuyerPatch], organizer_deps: Given
) -> Response[BookingDetailOut]:
    read = await correct_buyer(
        organizer_deps,
        organization_id=identity.organization_id,
        booking_id=booking_id,
        made_by=Maker(identity.actor_id, identity.actor_name),
        email=data.buyer_email,
        name=data.buyer_name,
    )
    return answer_read(organizer_deps, read)


@post(
    "/organizer/bookings/{booking_id:str}/refund-preview",
    operation_id="previewRefund",
    summary="Show what a refund would return, and refund nothing (role box office)",
    opt={NEEDED: Permission.SELL, RECORDED: False},
    status_code=200,
)
async def post_refund_preview(
    booking_id: FromPath[str], identity: Caller, data: JSONBody[RefundIn], organizer_deps: Given
) -> Response[RefundPreviewOut]:
    booking, share, given_back = await preview_refund(
        organizer_deps,
        organization_id=identity.organization_id,
        booking_id=booking_id,
        request=refund_request(data),
    )
    return Response(refund_preview_out(booking, share, given_back), headers=NO_STORE)


async def _answer_bookings(
    request: AnyRequest, identity: Identity, deps: OrganizerDeps, asked: _Asked
) -> Response[Any]:
    media_type = chosen_type(request.headers.get("accept", ""), (CSV, XLSX))
    found = await list_bookings(
        deps,
        organization_id=identity.organization_id,
        event_id=asked.event_id,
        words=asked.words,
        status=asked.status.value if asked.status else None,
        page=asked.page,
        size=asked.size,
        counts_tickets=media_type == XLSX and asked.rows == "tickets",
    )
    headers, codes = {**NO_STORE, "Vary": "Accept"}, deps.booking.codes
    if media_type is not None:
        headers |= attachment(f"bookings-{asked.event_id}" if asked.event_id else "bookings", media_type)
    if media_type == CSV:
        lines = csv_lines(found.rest, rows=asked.rows, bom=asked.bom, codes=codes)
        return Stream(lines, media_type=CSV, headers=headers)  # Litestar adds the charset
    if media_type == XLSX:
        check_workbook(found, asked.rows)
        rows = table_rows(found.rest, rows=asked.rows, codes=codes)
        file = await build_workbook(title="Bookings", columns=columns_of(asked.rows), rows=rows)
        return Response(file, media_type=XLSX, headers=headers)
    views = [organizer_booking_out(booking, codes) for booking in found.bookings]
    return Response(BookingList(views, page_of(asked.page, asked.size, found.total)), headers=headers)
