"""`/events/{id}/waiting-list`: a person joins, looks, and leaves; the entry's token is the proof of the entry."""

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.booking.contracts.resale import WaitingEntry
from admitone.booking.domain.origin import Origin
from admitone.booking.domain.resale_refusals import WaitingEntryNotFound
from admitone.booking.domain.token import booking_token
from admitone.booking.schemas.resale import (
    EntryOut,
    JoinListIn,
    WaitingDrawOut,
    entry_out,
    list_order,
    waiting_draw_out,
)
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.waiting_draw import get_waiting_draw
from admitone.booking.usecases.waiting_list import get_entry, join_waiting_list, leave_waiting_list
from admitone.kit.http.access import bearer_token
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.paging import PageNumber
from admitone.kit.http.strict_request import AnyRequest

PATH = "/events/{event_id:str}/waiting-list"


@post(PATH, operation_id="joinWaitingList", summary="Wait for tickets of an event that is sold out", status_code=201)
async def post_waiting_list(
    event_id: FromPath[str],
    request: AnyRequest,
    data: JSONBody[JoinListIn],
    deps: NamedDependency[Deps],
    idempotency_key: IdempotencyKey = None,
) -> Response[EntryOut]:
    origin = Origin(None, address_block(scope_address(request.scope)))
    joined = await join_waiting_list(deps, order=list_order(event_id, data), origin=origin)
    return _answer(deps, joined.entry, status=201, token=joined.token)


@get(
    PATH,
    operation_id="readWaitingListEntry",
    summary="Get one's own place on the waiting list by its token",
    security=[{"entry_token": []}],
)
async def get_waiting_list(
    event_id: FromPath[str], request: AnyRequest, deps: NamedDependency[Deps]
) -> Response[EntryOut]:
    return _answer(deps, await get_entry(deps, event_id=event_id, token=_token(request)))


@delete(
    PATH,
    operation_id="leaveWaitingList",
    summary="Leave the waiting list, or decline the offer",
    status_code=200,
    security=[{"entry_token": []}],
)
async def delete_waiting_list(
    event_id: FromPath[str], request: AnyRequest, deps: NamedDependency[Deps]
) -> Response[EntryOut]:
    return _answer(deps, await leave_waiting_list(deps, event_id=event_id, token=_token(request)))


@get(f"{PATH}/draw", operation_id="readWaitingListDraw", summary="Get the draw of a waiting list, to verify it")
async def get_draw(
    event_id: FromPath[str], deps: NamedDependency[Deps], page: PageNumber = 0
) -> Response[WaitingDrawOut]:
    draw = await get_waiting_draw(deps, event_id=event_id, page=page)
    return Response(waiting_draw_out(draw), headers=NO_STORE)


def _token(request: AnyRequest) -> str:
    token = bearer_token(request)
    if token is None:
        raise WaitingEntryNotFound
    return token


def _answer(deps: Deps, entry: WaitingEntry, *, status: int = 200, token: str | None = None) -> Response[EntryOut]:
    out = entry_out(entry, lambda booking_id: booking_token(deps.token_keys, booking_id), entry_token=token)
    return Response(out, status_code=status, headers=NO_STORE)
