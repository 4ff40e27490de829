"""What the show desk does with earlier and scheduled changes of seats: undo, cancel."""

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, action
from admitone.console.usecases.api import Problem
from admitone.console.usecases.desk import read_room, undo_act
from admitone.organizers.contracts import Permission

_DESK = "/console/events/{event_id:str}/desk"


@action(_DESK + "/changes/{change_id:str}/undo", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_undo(visit: OpenVisit, event_id: FromPath[str], change_id: FromPath[str]) -> Response[bytes]:
    room = await read_room(visit.api, await visit.api.get(f"/organizer/events/{event_id}"))
    undone = await undo_act(visit.api, event_id, room, change_id=change_id, key=visit.form.key)
    words = undone.detail if isinstance(undone, Problem) else undone
    return visit.redirect(f"/console/events/{event_id}/desk", flash=words)


@action(_DESK + "/scheduled/{scheduled_id:str}/cancel", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_cancel(visit: OpenVisit, event_id: FromPath[str], scheduled_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/events/{event_id}/scheduled-seat-changes/{scheduled_id}")
    words = answer.detail if isinstance(answer, Problem) else "The scheduled change is cancelled."
    return visit.redirect(f"/console/events/{event_id}/desk", flash=words)
