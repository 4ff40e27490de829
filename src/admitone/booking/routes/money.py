"""`/organizer/money`, `/organizer/money/entries`: the money sold, taken and refunded, and its ledger entries."""

from datetime import date
from typing import Annotated, Any

from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from admitone.booking.domain.money_statement import By
from admitone.booking.routes.access import Caller, Given
from admitone.booking.routes.files import CSV, PDF, XLSX, attachment, settlement_file
from admitone.booking.schemas.money import FigureName, LedgerOut, MoneyOut, ledger_out, money_out
from admitone.booking.usecases.money_statement import (
    PDF_ROWS_MAX,
    list_entries,
    money_range,
    read_settlement,
    read_statements,
)
from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.negotiation import chosen_type
from admitone.kit.http.paging import PageNumber, PageSize
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Permission

Since = Annotated[date, QueryParameter(description="The first day (UTC).")]
Until = Annotated[date, QueryParameter(description="The last day (UTC).")]
EventFilter = Annotated[str | None, QueryParameter(max_length=128, description="Only this event.")]


@get(
    "/organizer/money",
    operation_id="readMoney",
    summary="Your money by event or by month, from the ledger; as PDF, XLSX or CSV by `Accept` (role finance)",
    opt={NEEDED: Permission.SEE_MONEY},
    responses={200: ResponseSpec(data_container=MoneyOut, description="The statements.", generate_examples=False)},
)
async def get_money(
    request: AnyRequest,
    identity: Caller,
    organizer_deps: Given,
    since: Since,
    until: Until,
    by: Annotated[By, QueryParameter(description="A row for each event, or for each month (UTC).")] = "event",
    event_id: EventFilter = None,
) -> Response[Any]:
    covered = money_range(organization_id=identity.organization_id, event_id=event_id, since=since, until=until)
    headers = {**NO_STORE, "Vary": "Accept"}
    media_type = chosen_type(request.headers.get("accept", ""), (CSV, XLSX, PDF))
    if media_type is None:
        return Response(money_out(await read_statements(organizer_deps, covered, by=by), by=by), headers=headers)
    settlement = await read_settlement(
        organizer_deps, covered, since=since, until=until, by=by, rows_max=PDF_ROWS_MAX if media_type == PDF else None
    )
    headers |= attachment(f"money-{since}-{until}", media_type)
    file = await settlement_file(settlement, media_type, made_at=organizer_deps.booking.now())
    return Response(file, media_type=media_type, headers=headers)


@get(
    "/organizer/money/entries",
    operation_id="listLedgerEntries",
    summary="The ledger entries behind a figure, newest first (role finance)",
    opt={NEEDED: Permission.SEE_MONEY},
)
async def get_money_entries(
    identity: Caller,
    organizer_deps: Given,
    since: Since,
    until: Until,
    figure: Annotated[FigureName | None, QueryParameter(description="Absent: every entry.")] = None,
    event_id: EventFilter = None,
    page: PageNumber = 0,
    size: PageSize = 50,
) -> Response[LedgerOut]:
    covered = money_range(organization_id=identity.organization_id, event_id=event_id, since=since, until=until)
    found = await list_entries(organizer_deps, covered, figure=figure, page=page, size=size)
    return Response(ledger_out(found, number=page, size=size), headers=NO_STORE)
