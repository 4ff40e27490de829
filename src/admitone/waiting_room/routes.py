"""HTTP of the waiting room."""

from collections.abc import Callable
from typing import Annotated

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from admitone.kit.http.access import keyed_router
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Authenticate, Identity, Permission
from admitone.waiting_room.contracts import Joined, QueueStatus
from admitone.waiting_room.schemas import (
    AdmissionIn,
    JoinIn,
    PassOut,
    QueueNumbers,
    QueuePatch,
    patch_changes,
    queue_numbers,
)
from admitone.waiting_room.usecases.deps import Deps
from admitone.waiting_room.usecases.join_queue import join_queue
from admitone.waiting_room.usecases.passes import take_turn
from admitone.waiting_room.usecases.public_queue import PAGE_ENTRIES_MAX, read_entrants, read_status
from admitone.waiting_room.usecases.queue_settings import change_queue, get_queue_view

# While one request fetches the next status from the origin, the edge answers all others with the previous one.
A_SECOND = "public, max-age=1, stale-while-revalidate=2"
A_DAY = "public, max-age=86400, immutable"
ENTRY_MAX = 2**31 - 1

Given = NamedDependency[Deps]
Caller = NamedDependency[Identity]


@post(
    "/events/{event_id:str}/queue",
    operation_id="joinQueue",
    summary="Take a place in the waiting room; the same nonce has the same place",
    status_code=201,
)
async def post_queue(
    request: AnyRequest, event_id: FromPath[str], deps: Given, data: JSONBody[JoinIn | None] = None
) -> Response[Joined]:
    body = data or JoinIn()
    block = address_block(scope_address(request.scope))
    joined = await join_queue(deps, event_id=event_id, nonce=body.nonce, proof=body.proof, block=block)
    return Response(joined, headers=NO_STORE)


@get(
    "/events/{event_id:str}/queue",
    operation_id="readQueue",
    summary="The public state of the waiting room, at most 1 s old at the edge",
)
async def get_queue(event_id: FromPath[str], deps: Given) -> Response[QueueStatus]:
    status = await read_status(deps, event_id=event_id)
    return Response(status, headers={"Cache-Control": A_SECOND, "Access-Control-Allow-Origin": "*"})


@post(
    "/events/{event_id:str}/queue/admission",
    operation_id="takeTurn",
    summary="Exchange a place whose turn it is for a pass",
    status_code=200,
)
async def post_admission(event_id: FromPath[str], data: JSONBody[AdmissionIn], deps: Given) -> Response[PassOut]:
    given = await take_turn(deps, event_id=event_id, queue_token=data.queue_token)
    return Response(PassOut(given.pass_, given.expires_at), headers=NO_STORE)


@get(
    "/events/{event_id:str}/queue/entrants",
    operation_id="readEntrants",
    summary="The marks of the pre-queue's entrants, 16 bytes each, in order of entry",
    media_type="application/octet-stream",
)
async def get_entrants(
    event_id: FromPath[str],
    deps: Given,
    first: Annotated[int, QueryParameter(name="from", ge=0, le=ENTRY_MAX, required=False)] = 0,
    count: Annotated[int, QueryParameter(ge=1, le=PAGE_ENTRIES_MAX, required=False)] = PAGE_ENTRIES_MAX,
) -> Response[bytes]:
    marks = await read_entrants(deps, event_id=event_id, first=first, count=count)
    headers = {"Cache-Control": A_DAY, "Access-Control-Allow-Origin": "*"}
    return Response(marks, media_type="application/octet-stream", headers=headers)


@get("/events/{event_id:str}/queue", operation_id="showOwnQueue", summary="The waiting room in numbers")
async def get_own_queue(event_id: FromPath[str], deps: Given, identity: Caller) -> Response[QueueNumbers]:
    view = await get_queue_view(deps, organization_id=identity.organization_id, event_id=event_id)
    return Response(queue_numbers(view), headers=NO_STORE)


@patch(
    "/events/{event_id:str}/queue",
    operation_id="changeQueue",
    summary="Pause, send a message or change the rate while people wait",
)
async def patch_own_queue(
    event_id: FromPath[str], data: JSONBody[QueuePatch], deps: Given, identity: Caller
) -> Response[QueueNumbers]:
    view = await change_queue(
        deps, organization_id=identity.organization_id, event_id=event_id, changes=patch_changes(data)
    )
    return Response(queue_numbers(view), headers=NO_STORE)


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    """Return public and organizer routes. Changing a queue needs the role manager."""
    organizer = keyed_router(
        "/organizer",
        [get_own_queue, patch_own_queue],
        authenticate=authenticate,
        to_read=Permission.VIEW,
        to_write=Permission.MANAGE,
        tag="Organize",
    )
    public = Router(
        path="/", route_handlers=[post_queue, get_queue, post_admission, get_entrants], tags=["Waiting room"]
    )
    return Router(
        path="/",
        route_handlers=[public, organizer],
        dependencies={"deps": Provide(provide, sync_to_thread=False)},
    )
