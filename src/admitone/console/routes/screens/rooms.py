"""Rooms: the list, one room with its plan and events, import and export of seating plans."""

import re
from typing import Any

import msgspec
from litestar import Response
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.seat_map_drawing import drawing_of
from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.screens.events import read_sums
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Answer, Problem
from admitone.kit.http.body_limits import SEATING_PLAN_BYTES_MAX
from admitone.organizers.contracts import Permission

PAGE_SIZE = 50
EVENTS_MAX = 100
_FAULTS_SHOWN = 10
_FILE_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@screen("/console/rooms", needs=Permission.VIEW, area=Area.EVENTS, reads=("q",))
async def show_rooms(visit: OpenVisit) -> Response[bytes]:
    words = visit.query.get("q", "").strip()[:200]
    found = await visit.api.get("/organizer/seat-maps", q=words or None, size=PAGE_SIZE)
    return await visit.render(
        "rooms.html",
        rooms=found["seat_maps"],
        total=found["page"]["total"],
        words=words,
        may_manage=visit.may(Permission.MANAGE),
    )


@screen("/console/rooms/import", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_import(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("room_import.html")


@action("/console/rooms/import", needs=Permission.MANAGE, area=Area.EVENTS, bytes_max=SEATING_PLAN_BYTES_MAX)
async def post_import(visit: OpenVisit) -> Response[bytes]:
    form = visit.form
    file = (await visit.request.form()).get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""
    plan = None
    if content:
        try:
            plan = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            form.faults["file"] = f"This file is not JSON: {error}."
    else:
        form.faults["file"] = "Choose a file."
    if not form.faults:
        named = plan.get("name") if isinstance(plan, dict) else None
        name = form.text("name") or (named if isinstance(named, str) and named.strip() else None)
        answer = await visit.api.post("/organizer/seat-maps", {"name": name or "Room", "plan": plan}, key=form.key)
        if not isinstance(answer, Problem):
            return visit.redirect(f"/console/rooms/{answer.document['id']}", flash="The plan is imported.")
        for pointer, words in answer.faults[:_FAULTS_SHOWN]:
            is_name = pointer == "/name"
            form.faults.setdefault("name" if is_name else "file", words if is_name else f"{words} ({pointer})")
    return await visit.render("room_import.html", status=422)


@screen("/console/rooms/{seat_map_id:str}", needs=Permission.VIEW, area=Area.EVENTS)
async def show_room(visit: OpenVisit, seat_map_id: FromPath[str]) -> Response[bytes]:
    return await _render_room(visit, seat_map_id)


@screen("/console/rooms/{seat_map_id:str}/plan.json", needs=Permission.VIEW, area=Area.EVENTS)
async def download_plan(visit: OpenVisit, seat_map_id: FromPath[str]) -> Response[bytes]:
    room = await visit.api.get(f"/organizer/seat-maps/{seat_map_id}")
    name = _FILE_NAME.sub("-", room["name"]).strip("-") or "room"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.json"'}
    return Response(msgspec.json.encode(room["plan"]), media_type="application/json", headers=headers)


@action("/console/rooms/{seat_map_id:str}/name", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_room_name(visit: OpenVisit, seat_map_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.patch(f"/organizer/seat-maps/{seat_map_id}", {"name": visit.form.text("name") or ""})
    return await _done(visit, seat_map_id, answer, f"/console/rooms/{seat_map_id}", "The room has its new name.")


@action("/console/rooms/{seat_map_id:str}/deletion", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_room_deletion(visit: OpenVisit, seat_map_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/seat-maps/{seat_map_id}")
    return await _done(visit, seat_map_id, answer, "/console/rooms", "The room is deleted.")


async def events_of_room(visit: Visit, seat_map_id: str) -> list[dict[str, Any]]:
    """Return the events that use the room, each with its `sold` tickets."""
    events = (await visit.api.get("/organizer/events", seat_map_id=seat_map_id, size=EVENTS_MAX))["events"]
    sums = await read_sums(visit, events)
    return [{**event, "sold": sums[event["id"]]["tickets"] if event["id"] in sums else 0} for event in events]


async def _done(visit: Visit, seat_map_id: str, answer: Answer | Problem, path: str, words: str) -> Response[bytes]:
    if isinstance(answer, Problem):
        visit.form.refused(answer.faults)
        return await _render_room(visit, seat_map_id, status=422)
    return visit.redirect(path, flash=words)


async def _render_room(visit: Visit, seat_map_id: str, *, status: int = 200) -> Response[bytes]:
    room = await visit.api.get(f"/organizer/seat-maps/{seat_map_id}")
    return await visit.render(
        "room.html",
        status=status,
        room=room,
        drawing=drawing_of(await visit.api.get(room["url"])),
        events=await events_of_room(visit, seat_map_id),
        may_manage=visit.may(Permission.MANAGE),
    )
