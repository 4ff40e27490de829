"""Repeat an event on many dates: a pattern, a preview of every date, then the dates. Detach a date, rename a series."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.series_forms import (
    EVERY,
    SLOTS,
    WEEKDAY_NAMES,
    has_more_times,
    pattern_document,
    previewed,
    repeat_form,
)
from admitone.console.routes.screens.events import read_optional
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Permission

Document = dict[str, Any]


@screen("/console/events/{event_id:str}/repeat", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_repeat(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    return await _render(visit, event, form=repeat_form(event))


@action("/console/events/{event_id:str}/repeat", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_repeat(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    pattern, fields = pattern_document(visit.form)
    if visit.form.faults:
        return await _render(visit, event, status=422)
    body = {"event_id": event_id, "pattern": pattern}
    # Only the dates that the page showed are created: a changed pattern is shown first.
    if not visit.form.flag("create") or visit.form.value("previewed") != previewed(visit.form):
        answer = await visit.api.post("/organizer/series/preview", body)
        if isinstance(answer, Problem):
            visit.form.refused(answer.faults, fields)
            return await _render(visit, event, status=422)
        return await _render(visit, event, preview=answer.document)
    # A second click on a form that made a series repeats its request, whose key returns the first answer.
    series_id = None if visit.form.flag("new_series") else event["series_id"]
    name = {} if series_id else {"name": visit.form.text("name")}
    path = f"/organizer/series/{series_id}/dates" if series_id else "/organizer/series"
    answer = await visit.api.post(path, {**body, **name}, key=visit.form.key)
    if isinstance(answer, Problem):
        visit.form.refused(answer.faults, fields)
        return await _render(visit, event, status=422)
    series_id, added = answer.document["series"]["id"], answer.document["added"]["new"]
    words = f"{added} date{'' if added == 1 else 's'} created, as drafts. Publish them when they are ready."
    return visit.redirect(f"/console/events?listing=all&series_id={series_id}", flash=words)


@action("/console/events/{event_id:str}/detachment", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_detachment(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    words = "The event is no date of a series."
    if event["series_id"]:
        answer = await visit.api.delete(f"/organizer/series/{event['series_id']}/dates/{event_id}")
        words = answer.detail if isinstance(answer, Problem) else "The event is detached from its series."
    return visit.redirect(f"/console/events/{event_id}", flash=words)


@action("/console/series/{series_id:str}/name", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_series_name(visit: OpenVisit, series_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.patch(f"/organizer/series/{series_id}", {"name": visit.form.text("name") or ""})
    words = answer.faults[0][1] if isinstance(answer, Problem) else "The series is renamed. Its dates keep their names."
    return visit.redirect(f"/console/events?listing=all&series_id={series_id}", flash=words)


async def _render(
    visit: Visit, event: Document, *, status: int = 200, preview: Document | None = None, **context: Any
) -> Response[bytes]:
    return await visit.render(
        "event_repeat.html",
        status=status,
        event=event,
        series=await read_optional(visit, "series", event["series_id"]),
        preview=preview,
        previewed=previewed(visit.form) if preview else "",
        rows=range(SLOTS),
        has_more_times=has_more_times(context.get("form", visit.form)),
        weekdays=WEEKDAY_NAMES,
        every=EVERY,
        **context,
    )
