"""The room generator: describe sections of rows and seats, see the plan, save it; change a room that was made so.

A seat map never changes: tickets point into it. A changed room is a new seat map; events without sales move to it, and
an event that sold or holds a seat stays where it is.
"""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.forms import Form
from admitone.console.domain.navigation import Area
from admitone.console.domain.room_forms import (
    ROW_ENDS,
    ROW_SCHEMES,
    SEAT_SCHEMES,
    SIDES,
    area_rows,
    new_room_form,
    room_document,
    room_form,
    section_rows,
    wheelchair_rows,
    with_colors,
    with_empty_section,
)
from admitone.console.domain.seat_map_drawing import drawing_of
from admitone.console.routes.screens.rooms import events_of_room
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Permission


@screen("/console/rooms/new", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_new_room(visit: OpenVisit) -> Response[bytes]:
    return await _render(visit, new_room_form())


@action("/console/rooms/new", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_new_room(visit: OpenVisit) -> Response[bytes]:
    if shown := await _asked_to_show(visit, None):
        return shown
    created = await _create(visit)
    if created is None:
        return await _render(visit, visit.form, status=422)
    return visit.redirect(f"/console/rooms/{created}", flash="The room is saved.")


@action("/console/rooms/preview", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_preview(visit: OpenVisit) -> Response[bytes]:
    """The drawing alone, for the script that shows it while the form is typed."""
    return await visit.render("room_preview.html", drawing=await _preview(visit, visit.form), form=visit.form)


@screen("/console/rooms/{seat_map_id:str}/change", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_change(visit: OpenVisit, seat_map_id: FromPath[str]) -> Response[bytes]:
    stored = await visit.api.get(f"/organizer/seat-maps/{seat_map_id}")
    if "room" not in stored:
        return visit.redirect(
            f"/console/rooms/{seat_map_id}", flash="This plan was imported: change it where it was made."
        )
    form = room_form(stored["name"], stored["room"])
    return await _render(visit, with_colors(form, stored["categories"]), changed=stored)


@action("/console/rooms/{seat_map_id:str}/change", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_change(visit: OpenVisit, seat_map_id: FromPath[str]) -> Response[bytes]:
    stored = await visit.api.get(f"/organizer/seat-maps/{seat_map_id}")
    if shown := await _asked_to_show(visit, stored):
        return shown
    created = await _create(visit)
    if created is None:
        return await _render(visit, visit.form, status=422, changed=stored)
    stays = await _move_events(visit, seat_map_id, created)
    words = "The room is saved."
    if stays:
        words = f"The room is saved as a new one. These events keep the old plan: {', '.join(stays)}."
    elif isinstance(kept := await visit.api.delete(f"/organizer/seat-maps/{seat_map_id}"), Problem):
        words = f"The room is saved as a new one, and the old plan is kept: {kept.detail}"
    return visit.redirect(f"/console/rooms/{created}", flash=words)


async def _move_events(visit: Visit, old_id: str, new_id: str) -> list[str]:
    """Let events use the new plan; return the names of those that the API refuses, with its reason."""
    stays = []
    for event in await events_of_room(visit, old_id):
        answer = await visit.api.patch(f"/organizer/events/{event['id']}", {"seat_map_id": new_id})
        if isinstance(answer, Problem):
            words = answer.faults[0][1]
            stays.append(f"{event['name']} ({words.rstrip('.')})")
    return stays


async def _asked_to_show(visit: Visit, changed: dict[str, Any] | None) -> Response[bytes] | None:
    """Answer the buttons that save nothing: the preview, and another section."""
    if visit.form.flag("more"):
        form = with_empty_section(visit.form)
        used = section_rows(form)
        number = max(used, default=-1) + 1
        form.fields = (*form.fields, (f"room.sections.{number}.name", f"Section {number + 1}"))
        return await _render(visit, form, changed=changed)
    if visit.form.flag("preview"):
        return await _render(visit, visit.form, changed=changed)
    return None


async def _create(visit: Visit) -> str | None:
    document, fields = room_document(visit.form)
    if visit.form.faults:
        return None
    answer = await visit.api.post("/organizer/rooms", document, key=visit.form.key)
    if isinstance(answer, Problem):
        visit.form.refused(answer.faults, fields)
        return None
    created: str = answer.document["id"]
    return created


async def _preview(visit: Visit, form: Form) -> dict[str, Any] | None:
    """Return the drawing; None with the faults in the form."""
    draft = Form(form.fields)
    document, fields = room_document(draft)
    draft.faults.pop("name", None)  # not needed to draw it
    if not draft.faults:
        answer = await visit.api.post("/organizer/rooms/preview", {**document, "name": document["name"] or "Room"})
        if not isinstance(answer, Problem):
            return drawing_of(answer.document)
        draft.refused(answer.faults, fields)
    form.faults = {**draft.faults, **form.faults}
    return None


async def _render(
    visit: Visit, form: Form, *, status: int = 200, changed: dict[str, Any] | None = None
) -> Response[bytes]:
    drawing = await _preview(visit, form)
    if drawing is not None:
        with_colors(form, drawing["categories"])
    sections = section_rows(form) or [0]
    return await visit.render(
        "room_generator.html",
        status=422 if form.faults else status,
        form=form,
        drawing=drawing,
        changed=changed,
        events=await events_of_room(visit, changed["id"]) if changed else [],
        sections=sections,
        areas=area_rows(form),
        groups={section: wheelchair_rows(form, section) for section in sections},
        colors=drawing["categories"] if drawing else [],
        choices={"rows": ROW_SCHEMES, "ends": ROW_ENDS, "seats": SEAT_SCHEMES, "sides": SIDES},
    )
