"""Sell at the box office: choose seats or the best available, take the money, print the tickets."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.seat_choice import Room
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.desk import read_room
from admitone.organizers.contracts import Permission

_BOX_OFFICE = "/console/events/{event_id:str}/box-office"


@screen(_BOX_OFFICE, needs=Permission.SELL, area=Area.EVENTS)
async def show_box_office(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    return await _form(visit, event, await read_room(visit.api, event))


@action(_BOX_OFFICE, needs=Permission.SELL, area=Area.EVENTS)
async def post_box_office(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    """Find the best seats and show them, or sell."""
    event = await visit.api.get(f"/organizer/events/{event_id}")
    room = await read_room(visit.api, event)
    if visit.form.value("act") == "find":
        return await _find(visit, event, room)
    body = _sale(visit, event, room)
    if visit.form.faults:
        return await _form(visit, event, room, status=422)
    answer = await visit.api.post(f"/organizer/events/{event_id}/bookings", body, key=visit.form.key)
    if isinstance(answer, Problem):
        if answer.status == 404:
            raise ApiRefused(answer)
        fields = {"/buyer/email": "email", "/buyer/name": "name", "/payment": "payment"}
        visit.form.refused(answer.faults, fields)
        return await _form(visit, event, room, status=422)
    booking_id = answer.document["booking_id"]
    return visit.redirect(f"/console/bookings/{booking_id}", flash="Sold. Print the tickets below.")


async def _find(visit: Visit, event: dict[str, Any], room: Room) -> Response[bytes]:
    form = visit.form
    quantity = form.whole("quantity")
    if quantity is None:
        form.faults.setdefault("quantity", "Enter how many seats.")
        return await _form(visit, event, room, status=422)
    try:
        found = await visit.api.get(
            f"/organizer/events/{event['id']}/best-seats", quantity=quantity, price_level_id=form.text("best_level")
        )
    except ApiRefused as refused:
        if refused.problem.status not in (400, 403, 409, 410, 422):
            raise
        form.faults["quantity"] = refused.problem.detail
        return await _form(visit, event, room, status=422)
    chosen = room.ranges(seat["seat_id"] for seat in found["seats"])
    return await _form(visit, event, room, chosen=chosen)


def _sale(visit: Visit, event: dict[str, Any], room: Room) -> dict[str, Any]:
    """Return the body of the sale; faults are recorded in the form."""
    form = visit.form
    seats = room.within(form.value("chosen"))
    if not seats and form.value("section_id"):
        seats, faults = room.named(form.value("section_id"), form.text("row") or "", form.text("numbers") or "")
        form.faults.update(faults)
    areas = [
        {"section_id": area["id"], "quantity": quantity}
        for area in event["general_admission"]
        if (quantity := form.whole(f"area.{area['id']}"))
    ]
    if not seats and not areas and not form.faults:
        form.faults[""] = "Choose seats, or how many places without numbers."
    if not form.value("payment"):
        form.faults["payment"] = "Choose how the tickets are paid."
    buyer = {name: text for name in ("email", "name") if (text := form.text(name))}
    return {
        "payment": form.value("payment"),
        "seats": seats,
        "general_admission": areas,
        "waive_fees": form.flag("waive_fees"),
        **({"buyer": buyer} if buyer else {}),
    }


async def _form(
    visit: Visit, event: dict[str, Any], room: Room, *, status: int = 200, chosen: str | None = None
) -> Response[bytes]:
    text = visit.form.value("chosen") if chosen is None else chosen
    return await visit.render(
        "box_office.html",
        status=status,
        event=event,
        room=room,
        chosen=text,
        seats=room.within(text),
        price_options=[(level["id"], level["name"]) for level in event["price_levels"]],
    )
