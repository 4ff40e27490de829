"""Serve `/e/{event_id}/queue`: the waiting room. Scripts compute the position; without them the page refreshes itself.

The booking role answers it: a place that is called takes its turn when its page is loaded.
"""

from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.pages.routes.rendering import PRIVATE, GivenFormDeps, PageRequest, accent, redirect, render
from admitone.pages.usecases.show_waiting_room import show_waiting_room

BRIEFLY = "public, max-age=2, stale-while-revalidate=10"
_TOKEN_MAX = 300


@get("/e/{event_id:str}/queue", include_in_schema=False)
async def get_waiting_room(request: PageRequest, forms: GivenFormDeps, event_id: FromPath[str]) -> Response[bytes]:
    token = request.query_params.get("t", "")[:_TOKEN_MAX] or None
    page = await show_waiting_room(forms, event_id=event_id, queue_token=token)
    return render(
        request,
        "waiting_room.html",
        cache=PRIVATE if token else BRIEFLY,
        accent=accent(page.event),
        event=page.event,
        queue=page.status,
        room=page.room,
        token=token,
        now=forms.pages.now(),
    )


@post("/e/{event_id:str}/queue", include_in_schema=False)
async def post_waiting_room(request: PageRequest, forms: GivenFormDeps, event_id: FromPath[str]) -> Response[bytes]:
    """Take a place without JavaScript; the redirect's address contains the place."""
    joined = await forms.join_queue(event_id)
    return redirect(f"/e/{quote(event_id)}/queue?t={quote(joined.queue_token)}")
