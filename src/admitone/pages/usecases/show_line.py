"""The waiting room of one event, and one's place in it."""

from msgspec import Struct

from admitone.kit.refusal import Kind, Refusal
from admitone.pages.contracts import Json
from admitone.pages.domain.line_view import LineView, door_view, waiting_view
from admitone.pages.usecases.deps import Deps


class LinePage(Struct, frozen=True):
    """`status`: the body of `GET /events/{id}/queue`."""

    event: Json
    status: Json
    line: LineView


async def show_line(deps: Deps, *, event_id: str, queue_token: str | None) -> LinePage:
    """Return the page; with a place whose turn it is, the turn is taken. Raises `event-not-found`."""
    event = await deps.read_details(event_id)
    status = await deps.read_queue(event_id)
    if queue_token is None:
        return LinePage(event, status, door_view(status))
    return LinePage(event, status, await _line(deps, event_id, queue_token))


async def _line(deps: Deps, event_id: str, queue_token: str) -> LineView:
    try:
        given = await deps.take_turn(event_id, queue_token)
    except Refusal as refusal:
        if refusal.kind is Kind.TOO_EARLY:
            return waiting_view(refusal.members["position"], refusal.members["eta_seconds"])
        if refusal.kind in (Kind.GONE, Kind.FORBIDDEN):
            return LineView("missed", detail=refusal.detail)
        raise
    return LineView("turn", pass_text=given["pass"])
