"""Move a ticket of a booking to another seat at the same price."""

from itertools import groupby
from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.routes.screens.bookings import place_of
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.organizers.contracts import Permission

_PATH = "/console/bookings/{booking_id:str}/exchange"


@screen(_PATH, needs=Permission.SELL, area=Area.BOOKINGS, reads=("ticket_id", "section_id"))
async def show_exchange(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    """Show the seats that the ticket can move to. Nothing changes."""
    return await _exchange(visit, booking_id, visit.query.get("ticket_id", ""))


@action(_PATH, needs=Permission.SELL, area=Area.BOOKINGS)
async def post_exchange(visit: OpenVisit, booking_id: FromPath[str]) -> Response[bytes]:
    form = visit.form
    ticket_id, seat = form.value("ticket_id"), form.value("seat")
    if not seat:
        form.faults[""] = "Choose a seat."
        return await _exchange(visit, booking_id, ticket_id, status=422)
    answer = await visit.api.post(
        f"/organizer/bookings/{booking_id}/seat-exchanges", {"ticket_id": ticket_id, "seat": seat}, key=form.key
    )
    if isinstance(answer, Problem):
        if answer.status == 404:
            raise ApiRefused(answer)
        form.refused([("", words) for _, words in answer.faults])
        return await _exchange(visit, booking_id, ticket_id, status=422)
    return visit.redirect(f"/console/bookings/{booking_id}", flash="The seat is changed.")


async def _exchange(visit: Visit, booking_id: str, ticket_id: str, *, status: int = 200) -> Response[bytes]:
    """Render the choice. Raises `ApiRefused` for a ticket that the booking does not have."""
    path, section_id = f"/organizer/bookings/{booking_id}", visit.query.get("section_id", "").strip()
    found = await visit.api.get(f"{path}/exchange-seats", ticket_id=ticket_id, section_id=section_id or None)
    booking = await visit.api.get(path)
    ticket = next(ticket for ticket in booking["tickets"] if ticket["ticket_id"] == found["ticket_id"])
    return await visit.render(
        "exchange.html",
        status=status,
        booking=booking,
        ticket=ticket,
        place=place_of(ticket),
        sections=[(section["section_id"], section["name"]) for section in found["sections"]],
        section_id=section_id,
        rows=[(heading, list(seats)) for heading, seats in groupby(found["seats"], key=_heading)],
        is_cut=found["is_cut"],
    )


def _heading(seat: dict[str, Any]) -> str:
    return f"{seat['section']}, row {seat['row']}"
