"""Venues: list, create, change."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.places import countries, timezones, venue_document, venue_form
from admitone.console.routes.screens.event_parts import CONFLICT, ETAG_FIELD, changes_since
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Permission

PAGE_SIZE = 50
_CHANGED = "Someone changed this venue while you edited it. What you typed is still here: compare, then save again."


@screen("/console/venues", needs=Permission.VIEW, area=Area.EVENTS, reads=("q",))
async def show_venues(visit: OpenVisit) -> Response[bytes]:
    words = visit.query.get("q", "").strip()[:200]
    found = await visit.api.get("/organizer/venues", q=words or None, size=PAGE_SIZE)
    return await visit.render(
        "venues.html",
        venues=found["venues"],
        total=found["page"]["total"],
        words=words,
        countries=dict(countries()),
        may_manage=visit.may(Permission.MANAGE),
    )


@screen("/console/venues/new", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_new_venue(visit: OpenVisit) -> Response[bytes]:
    return await _render(visit)


@action("/console/venues/new", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_new_venue(visit: OpenVisit) -> Response[bytes]:
    document = venue_document(visit.form)
    if not visit.form.faults:
        answer = await visit.api.post("/organizer/venues", document, key=visit.form.key)
        if not isinstance(answer, Problem):
            return visit.redirect("/console/venues", flash=f"{answer.document['name']} is saved.")
        visit.form.refused(answer.faults)
    return await _render(visit, status=422)


@screen("/console/venues/{venue_id:str}", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_venue(visit: OpenVisit, venue_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/venues/{venue_id}")
    return await _render(visit, venue=read.document, etag=read.etag, form=venue_form(read.document))


@action("/console/venues/{venue_id:str}", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_venue(visit: OpenVisit, venue_id: FromPath[str]) -> Response[bytes]:
    form, document = visit.form, venue_document(visit.form)
    changes: list[dict[str, Any]] = []
    if not form.faults:
        answer = await visit.api.patch(f"/organizer/venues/{venue_id}", document, etag=form.text(ETAG_FIELD))
        if not isinstance(answer, Problem):
            return visit.redirect("/console/venues", flash=f"{answer.document['name']} is saved.")
        form.refused([("", _CHANGED)] if answer.status == CONFLICT else answer.faults)
    read = await visit.api.read(f"/organizer/venues/{venue_id}")
    if form.faults.get("") == _CHANGED:
        changes = changes_since(form, venue_form(read.document))
    return await _render(visit, status=422, venue=read.document, etag=read.etag, changes=changes)


@action("/console/venues/{venue_id:str}/deletion", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_venue_deletion(visit: OpenVisit, venue_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/venues/{venue_id}")
    if not isinstance(answer, Problem):
        return visit.redirect("/console/venues", flash="The venue is deleted.")
    read = await visit.api.read(f"/organizer/venues/{venue_id}")
    form = venue_form(read.document).refused([("", answer.detail)])
    return await _render(visit, status=422, venue=read.document, etag=read.etag, form=form)


async def _render(visit: Visit, *, status: int = 200, **context: Any) -> Response[bytes]:
    known = {"venue": None, "etag": None, "changes": [], "countries": countries(), "timezones": timezones()}
    return await visit.render("venue.html", status=status, **{**known, **context})
