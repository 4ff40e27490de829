"""The show desk of one event: its map as it sells, what is held back, prices, and the waiting room."""

import asyncio
from typing import Any
from urllib.parse import urlencode

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.bar_chart import HEIGHT, bars
from admitone.console.domain.forms import Form
from admitone.console.domain.navigation import Area
from admitone.console.domain.seat_choice import Room
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.desk import SEAT_ACTS, act_on_seats, read_room, undo_act
from admitone.organizers.contracts import Permission

_DESK = "/console/events/{event_id:str}/desk"


@screen(_DESK, needs=Permission.VIEW, area=Area.EVENTS, reads=("undo",))
async def show_desk(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    return await render_desk(visit, event_id)


@action(_DESK + "/seats", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_seats(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Hold back, release, reprice, open or reserve seats: those chosen on the map, or named in the list."""
    event = await visit.api.get(f"/organizer/events/{event_id}")
    room = await read_room(visit.api, event)
    seats = _seats(visit.form, room)
    act = visit.form.value("act")
    if act not in SEAT_ACTS:
        visit.form.faults[""] = "Choose what to do with the seats."
    if act == "reprice" and not visit.form.value("price_level_id"):
        visit.form.faults["price_level_id"] = "Choose the price level."
    if visit.form.faults:
        return await render_desk(visit, event_id, status=422)
    done = await act_on_seats(visit.api, event_id, room, act=act, seats=seats, form=visit.form)
    if isinstance(done, Problem):
        visit.form.refused([("", words) for _, words in done.faults])
        return await render_desk(visit, event_id, status=422)
    address = f"/console/events/{event_id}/desk" + (f"?{urlencode({'undo': done.undo})}" if done.undo else "")
    return visit.redirect(address, flash=done.words)


@action(_DESK + "/areas", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_areas(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Hold back places without numbers, by their count."""
    count = visit.form.whole("held_back")
    if count is None:
        visit.form.faults.setdefault("held_back", "Enter a whole number.")
        return await render_desk(visit, event_id, status=422)
    body = {"general_admission": [{"section_id": visit.form.value("section_id"), "held_back": count}]}
    answer = await visit.api.patch(f"/organizer/events/{event_id}/seats", body)
    return await _done(visit, event_id, answer, "The number of places held back is saved.", field="held_back")


@action(_DESK + "/undo", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_undo(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    room = await read_room(visit.api, event)
    answer = await undo_act(visit.api, event_id, room, visit.form.value("undo"))
    return await _done(visit, event_id, answer, "The last change is undone.")


@action(_DESK + "/price", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_price(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Change a price level: what is held keeps its price."""
    form = visit.form
    level_id, currency = form.value("level_id"), form.value("currency")
    amounts = {name: form.amount(f"{level_id}.{name}", currency) for name in ("price", "fees")}
    for name, amount in amounts.items():
        if amount is None:
            form.faults.setdefault(f"{level_id}.{name}", "Enter an amount.")
    if form.faults:
        return await render_desk(visit, event_id, status=422)
    body = {name: {"amount": amount, "currency": currency} for name, amount in amounts.items()}
    answer = await visit.api.patch(f"/organizer/price-levels/{level_id}", body, etag=form.text("etag"))
    return await _done(visit, event_id, answer, "The price is changed. Holds keep the price that they were held at.")


@action(_DESK + "/queue", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_queue(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Pause or resume the waiting room, or change its rate and message."""
    form = visit.form
    changes: dict[str, Any]
    if form.value("act") in ("pause", "resume"):
        changes = {"paused": form.value("act") == "pause"}
        words = "The waiting room is paused." if changes["paused"] else "The waiting room goes on."
    else:
        changes = {
            "rate_per_minute": form.whole("rate_per_minute"),
            "max_active": form.whole("max_active"),
            "message": form.text("message"),
        }
        words = "The waiting room's settings are saved."
    if form.faults:
        return await render_desk(visit, event_id, status=422)
    answer = await visit.api.patch(f"/organizer/events/{event_id}/queue", changes)
    return await _done(visit, event_id, answer, words)


async def render_desk(visit: Visit, event_id: str, *, status: int = 200) -> Response[bytes]:
    """Render the desk; a fault of a form is shown beside its field."""
    read = await visit.api.read(f"/organizer/events/{event_id}")
    event = read.document
    sales, overview, queue = await asyncio.gather(
        _if_there(visit, f"/organizer/events/{event_id}/sales"),
        _if_there(visit, f"/organizer/events/{event_id}/seats"),
        _if_there(visit, f"/organizer/events/{event_id}/queue"),
    )
    room = await read_room(visit.api, event)
    drawn, width = bars([step["tickets"] for step in overview["recent"]] if overview else [])
    return await visit.render(
        "desk.html",
        status=status,
        event=event,
        sales=sales,
        overview=overview,
        queue=queue,
        room=room,
        etag=read.etag,
        price_options=[(level["id"], level["name"]) for level in event["price_levels"]],
        bars=drawn,
        chart=(width, HEIGHT),
        blank=Form(),
        undo=visit.query.get("undo", ""),
        can_manage=visit.may(Permission.MANAGE),
        can_sell=visit.may(Permission.SELL),
    )


async def _if_there(visit: Visit, path: str) -> Any:
    """Return the document; None where the event has none: it was never published, or has no waiting room."""
    try:
        return await visit.api.get(path)
    except ApiRefused as refused:
        if refused.problem.status == 404:
            return None
        raise


def _seats(form: Form, room: Room) -> list[str]:
    """Return the seats of the form; faults are recorded in it."""
    chosen = room.within(form.value("chosen"))
    section_id = form.value("section_id")
    if chosen:
        return chosen
    if not section_id:
        form.faults["section_id"] = "Choose seats on the map, or a section."
        return []
    named, faults = room.named(section_id, form.text("row") or "", form.text("numbers") or "")
    form.faults.update(faults)
    if not named and not faults:
        form.faults["section_id"] = "There is no such section."
    return named


async def _done(
    visit: Visit, event_id: str, answer: object, words: str, *, field: str | None = None
) -> Response[bytes]:
    if isinstance(answer, Problem):
        fields = {pointer: field or "" for pointer, _ in answer.faults} if field is not None else None
        visit.form.refused(answer.faults, fields)
        return await render_desk(visit, event_id, status=422)
    return visit.redirect(f"/console/events/{event_id}/desk", flash=words)
