"""Serve `/e/{event_id}`, its calendar file, and the client token for its scripts."""

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.pages.domain.addresses import canonical_path, id_of
from admitone.pages.domain.calendar import calendar_entry
from admitone.pages.domain.sale_state import sale_state
from admitone.pages.domain.structured_data import event_markup
from admitone.pages.routes.clients import client_or_new, with_cookie
from admitone.pages.routes.rendering import (
    PRIVATE,
    PUBLIC,
    PageDeps,
    PageRequest,
    accent,
    page_headers,
    redirect_to_canonical,
    render,
)
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.show_event import show_event

_CALENDAR = ".ics"
_PASS_MAX = 300
_REVISION_DIGITS_MAX = 9


@get("/e/{segment:str}", include_in_schema=False)
async def read_event(request: PageRequest, deps: PageDeps, segment: FromPath[str]) -> Response[bytes]:
    """`segment`: the id, or a slug of the name and the id."""
    event_id = id_of("event", segment)
    if event_id.endswith(_CALENDAR):  # a path parameter of Litestar is a whole segment
        return await _calendar(deps, event_id.removesuffix(_CALENDAR))
    page = await show_event(deps, event_id=event_id, revision=_asked_revision(request))
    now = deps.now()
    given_pass = request.query_params.get("pass", "")[:_PASS_MAX] or None
    cache = PRIVATE if given_pass else PUBLIC
    address = canonical_path("event", event_id, page.event["name"])
    if segment != event_id and request.url.path != address:
        return redirect_to_canonical(request, address, cache=cache)
    return render(
        request,
        "event.html",
        cache=cache,
        given_pass=given_pass,
        accent=accent(page.event),
        page=page,
        event=page.event,
        state=sale_state(page.event, now),
        markup=event_markup(page.event, origin=deps.public_url, now=now),
        now=now,
    )


@post("/e/{event_id:str}/client", status_code=204, include_in_schema=False)
async def post_client(request: PageRequest, deps: PageDeps, event_id: FromPath[str]) -> Response[None]:
    """Issue the client token before the page's script holds tickets by `POST /booking/checkout`."""
    await deps.read_details(event_id)
    _, cookie = client_or_new(request, deps)
    return with_cookie(Response(None, status_code=204, headers={"Cache-Control": PRIVATE}), cookie)


def _asked_revision(request: PageRequest) -> int:
    """Return the revision that the script of an open page has received: it opens the page again under that address."""
    asked = request.query_params.get("revision", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= _REVISION_DIGITS_MAX else 0


async def _calendar(deps: Deps, event_id: str) -> Response[bytes]:
    event = await deps.read_current_details(event_id)  # people keep it
    url = f"{deps.public_url}/e/{event_id}"
    return Response(
        calendar_entry(event, url=url, now=deps.now()).encode(),
        media_type="text/calendar",
        headers={**page_headers(), "Content-Disposition": f'attachment; filename="{event_id}.ics"'},
    )
