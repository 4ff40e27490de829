"""The show desk of one event: its map as it sells, what is held back, prices, and the waiting room."""

import asyncio
from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.bar_chart import HEIGHT, bars
from admitone.console.domain.desk_charts import funnel_of, level_bars
from admitone.console.domain.forms import Form
from admitone.console.domain.hold_legend import legend_of
from admitone.console.domain.local_moments import read_moment, repeated_moments
from admitone.console.domain.navigation import Area
from admitone.console.domain.seat_changes import ACT_NAMES, SCHEDULED_ACTS, SEAT_ACTS, left_words
from admitone.console.domain.seat_choice import Room
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.desk import act_on_seats, read_room, schedule_act, set_price
from admitone.organizers.contracts import Permission

_DESK = "/console/events/{event_id:str}/desk"


@screen(_DESK, needs=Permission.VIEW, area=Area.EVENTS)
async def show_desk(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    return await render_desk(visit, event_id)


@action(_DESK + "/seats", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_seats(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Hold back, release, reprice, open or reserve seats, now or at a moment: those chosen on the map, or named."""
    event = await visit.api.get(f"/organizer/events/{event_id}")
    room = await read_room(visit.api, event)
    seats = _seats(visit.form, room)
    act = visit.form.value("act")
    if act not in SEAT_ACTS:
        visit.form.faults[""] = "Choose what to do with the seats."
    if act == "reprice" and not visit.form.value("price_level_id"):
        visit.form.faults["price_level_id"] = "Choose the price level."
    due_at = read_moment(visit.form, "due_at", event["timezone"])
    if due_at and act not in SCHEDULED_ACTS:
        visit.form.faults["due_at"] = "Only a release, a price and the sale to everybody can be scheduled."
    if visit.form.faults:
        return await render_desk(visit, event_id, status=422)
    if due_at:
        done = await schedule_act(visit.api, event_id, act=act, seats=seats, due_at=due_at, form=visit.form)
    else:
        done = await act_on_seats(visit.api, event_id, act=act, seats=seats, form=visit.form)
    if isinstance(done, Problem):
        visit.form.refused([(pointer if pointer == "/due_at" else "", words) for pointer, words in done.faults])
        return await render_desk(visit, event_id, status=422)
    return visit.redirect(f"/console/events/{event_id}/desk", flash=done)


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


@action(_DESK + "/price", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_price(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Change the price of a level, now or at a moment: what is held keeps its price."""
    form = visit.form
    event = await visit.api.get(f"/organizer/events/{event_id}")
    level_id, currency = form.value("level_id"), event["currency"] or ""
    due_field = f"{level_id}.due_at"
    amounts = {name: form.amount(f"{level_id}.{name}", currency) for name in ("price", "fees")}
    for name, amount in amounts.items():
        if amount is None:
            form.faults.setdefault(f"{level_id}.{name}", "Enter an amount.")
    due_at = read_moment(form, due_field, event["timezone"])
    if form.faults:
        return await render_desk(visit, event_id, status=422)
    done = await set_price(
        visit.api,
        event_id,
        level_id=level_id,
        amounts={name: {"amount": amount, "currency": currency} for name, amount in amounts.items()},
        was=_price_seen(form, currency),
        due_at=due_at,
        form=form,
    )
    if isinstance(done, Problem):
        fields = {pointer: _price_field(pointer, level_id) for pointer, _ in done.faults}
        form.refused(done.faults, fields)
        return await render_desk(visit, event_id, status=422)
    return visit.redirect(f"/console/events/{event_id}/desk", flash=done)


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
            "shows_prices": form.flag("shows_prices"),
        }
        words = "The waiting room's settings are saved."
    if form.faults:
        return await render_desk(visit, event_id, status=422)
    answer = await visit.api.patch(f"/organizer/events/{event_id}/queue", changes)
    return await _done(visit, event_id, answer, words)


async def render_desk(visit: Visit, event_id: str, *, status: int = 200) -> Response[bytes]:
    """Render the desk; a fault of a form is shown beside its field."""
    event = await visit.api.get(f"/organizer/events/{event_id}")
    names = ("sales", "seats", "queue", "seat-changes", "scheduled-seat-changes")
    sales, overview, queue, changes, scheduled = await asyncio.gather(
        *(_if_there(visit, f"/organizer/events/{event_id}/{name}") for name in names)
    )
    room = await read_room(visit.api, event)
    legend = legend_of(overview["holds"], room) if overview else []
    minutes = overview["minutes"] if overview else []
    drawn, width = bars([step["tickets"] for step in minutes])
    return await visit.render(
        "desk.html",
        status=status,
        event=event,
        sales=sales,
        overview=overview,
        queue=queue,
        room=room,
        price_options=[(level["id"], level["name"]) for level in event["price_levels"]],
        bars=drawn,
        chart=(width, HEIGHT),
        blank=Form(),
        legend=legend,
        marks={entry.reason: entry for entry in legend},
        changes=changes["changes"] if changes else [],
        scheduled=scheduled["scheduled_changes"] if scheduled else [],
        act_names=ACT_NAMES,
        left_words=left_words,
        repeated=repeated_moments(
            visit.form, ["due_at", *(f"{level['id']}.due_at" for level in event["price_levels"])], event["timezone"]
        ),
        money=level_bars(sales, event) if sales else [],
        funnel=funnel_of(overview, queue) if overview else [],
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


def _price_seen(form: Form, currency: str) -> dict[str, Any] | None:
    """Return the price that the page showed; None where the form has none."""
    seen = [int(form.value(name)) if form.value(name).isdecimal() else None for name in ("was_price", "was_fees")]
    if None in seen:
        return None
    return {
        name: {"amount": amount, "currency": currency} for name, amount in zip(("price", "fees"), seen, strict=True)
    }


def _price_field(pointer: str, level_id: str) -> str:
    """Return the field of a fault; "": the whole form."""
    name = next((name for name in ("price", "fees", "due_at") if f"/{name}" in pointer), None)
    return f"{level_id}.{name}" if name else ""


async def _done(
    visit: Visit, event_id: str, answer: object, words: str, *, field: str | None = None
) -> Response[bytes]:
    if isinstance(answer, Problem):
        fields = {pointer: field or "" for pointer, _ in answer.faults} if field is not None else None
        visit.form.refused(answer.faults, fields)
        return await render_desk(visit, event_id, status=422)
    return visit.redirect(f"/console/events/{event_id}/desk", flash=words)
