"""Show the waiting room of one event, and the visitor's place in it."""

from msgspec import Struct

from admitone.kit.refusal import Kind, Refusal
from admitone.pages.contracts import Document
from admitone.pages.domain.waiting_room_view import WaitingRoomView, entry_view, waiting_view
from admitone.pages.usecases.deps import FormDeps
from admitone.waiting_room.contracts import QueueStatus


class WaitingRoomPage(Struct, frozen=True):
    event: Document
    status: QueueStatus
    room: WaitingRoomView


async def show_waiting_room(deps: FormDeps, *, event_id: str, queue_token: str | None) -> WaitingRoomPage:
    """Return the page; take the turn of a place that is called. Raises `event-not-found`."""
    event = await deps.pages.read_details(event_id)
    status = await deps.read_queue(event_id)
    if queue_token is None:
        return WaitingRoomPage(event, status, entry_view(status))
    return WaitingRoomPage(event, status, await _room(deps, event_id, queue_token))


async def _room(deps: FormDeps, event_id: str, queue_token: str) -> WaitingRoomView:
    try:
        given = await deps.take_turn(event_id, queue_token)
    except Refusal as refusal:
        if refusal.kind is Kind.TOO_EARLY:
            return waiting_view(refusal.members["position"], refusal.members["eta_seconds"])
        if refusal.kind in (Kind.GONE, Kind.FORBIDDEN):
            return WaitingRoomView("missed", detail=refusal.detail)
        raise
    return WaitingRoomView("turn", pass_text=given.pass_)
