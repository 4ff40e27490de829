"""`/organizer/events/{id}/seat-changes`, `…/scheduled-seat-changes`: see and undo changes of seats, and schedule
them."""

from collections.abc import Sequence

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody

from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_changes import Maker
from admitone.booking.routes.access import Caller, Given
from admitone.booking.schemas.seat_changes import (
    NAMED_MAX,
    ScheduledChangeList,
    ScheduledChangeOut,
    ScheduleIn,
    SeatChangeList,
    SeatChangeOut,
    UndoneOut,
    schedule_request,
    scheduled_change_out,
    seat_change_out,
    undone_out,
)
from admitone.booking.usecases.scheduled_seat_changes import (
    cancel_scheduled_change,
    list_scheduled_changes,
    read_scheduled_change,
    schedule_seat_change,
)
from admitone.booking.usecases.undo_seat_change import list_seat_changes, read_seat_change, undo_seat_change
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_before
from admitone.kit.http.idempotency import IdempotencyKey, request_key_digest
from admitone.kit.http.strict_request import AnyRequest


@get(
    "/organizer/events/{event_id:str}/seat-changes",
    operation_id="listSeatChanges",
    summary="The last changes of the seats of an event: what was done, by whom, and what was undone",
)
async def get_seat_changes(
    event_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[SeatChangeList]:
    changes, plan = await list_seat_changes(organizer_deps, organization_id=identity.organization_id, event_id=event_id)
    seat_ids = seat_ids_of(plan)
    shown = [seat_change_out(change, seat_ids, named=NAMED_MAX) for change in changes]
    return Response(SeatChangeList(shown), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/seat-changes/{change_id:str}",
    operation_id="readSeatChange",
    summary="One change of seats, with the ids of all its seats",
)
async def get_seat_change(
    event_id: FromPath[str], change_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[SeatChangeOut]:
    change, plan = await read_seat_change(
        organizer_deps, organization_id=identity.organization_id, event_id=event_id, change_id=change_id
    )
    return Response(seat_change_out(change, seat_ids_of(plan)), headers=NO_STORE)


@post(
    "/organizer/events/{event_id:str}/seat-changes/{change_id:str}/undo",
    operation_id="undoSeatChange",
    summary="Give the seats of a change back what they were, except those that a buyer has or that were changed since",
    status_code=200,
)
async def post_undo(
    event_id: FromPath[str],
    change_id: FromPath[str],
    identity: Caller,
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[UndoneOut]:
    undone = await undo_seat_change(
        organizer_deps,
        organization_id=identity.organization_id,
        event_id=event_id,
        change_id=change_id,
        made_by=Maker(identity.actor_id, identity.actor_name),
    )
    return Response(undone_out(undone), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/scheduled-seat-changes",
    operation_id="listScheduledSeatChanges",
    summary="Changes of seats that are scheduled, and what became of earlier ones",
)
async def get_scheduled(
    event_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[ScheduledChangeList]:
    scheduled, plan = await list_scheduled_changes(
        organizer_deps, organization_id=identity.organization_id, event_id=event_id
    )
    seat_ids = seat_ids_of(plan)
    shown = [scheduled_change_out(scheduled_change, seat_ids, named=NAMED_MAX) for scheduled_change in scheduled]
    return Response(ScheduledChangeList(shown), headers=NO_STORE)


@get(
    "/organizer/events/{event_id:str}/scheduled-seat-changes/{scheduled_id:str}",
    operation_id="readScheduledSeatChange",
    summary="One scheduled change of seats, with the ids of all its seats",
)
async def get_scheduled_change(
    event_id: FromPath[str], scheduled_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> Response[ScheduledChangeOut]:
    scheduled, plan = await read_scheduled_change(
        organizer_deps, organization_id=identity.organization_id, event_id=event_id, scheduled_id=scheduled_id
    )
    return Response(scheduled_change_out(scheduled, seat_ids_of(plan)), headers=NO_STORE)


@post(
    "/organizer/events/{event_id:str}/scheduled-seat-changes",
    operation_id="scheduleSeatChange",
    summary="Release, reprice or open seats, or set the price of a level, at a moment",
    status_code=201,
)
async def post_scheduled(
    event_id: FromPath[str],
    request: AnyRequest,
    identity: Caller,
    data: JSONBody[ScheduleIn],
    organizer_deps: Given,
    idempotency_key: IdempotencyKey = None,
) -> Response[ScheduledChangeOut]:
    key = request_key_digest(request, b"")
    scheduled, plan = await schedule_seat_change(
        organizer_deps,
        identity=identity,
        event_id=event_id,
        request=schedule_request(data),
        request_key=key.hex() if key else None,
    )
    return Response(scheduled_change_out(scheduled, seat_ids_of(plan)), status_code=201, headers=NO_STORE)


@delete(
    "/organizer/events/{event_id:str}/scheduled-seat-changes/{scheduled_id:str}",
    operation_id="cancelScheduledSeatChange",
    summary="Cancel a scheduled change of seats",
)
async def delete_scheduled(
    request: AnyRequest, event_id: FromPath[str], scheduled_id: FromPath[str], identity: Caller, organizer_deps: Given
) -> None:
    change = await cancel_scheduled_change(
        organizer_deps,
        organization_id=identity.organization_id,
        event_id=event_id,
        scheduled_id=scheduled_id,
        by_name=identity.actor_name,
    )
    seats = sum(len(part.indexes) for part in change.parts)
    keep_before(
        request.state, {"act": change.act.value, "due_at": change.due_at, "seats": seats, "price": change.price}
    )


def seat_ids_of(plan: SalePlan) -> Sequence[str]:
    return [seat.id for seat in plan.seat_index.seats]
