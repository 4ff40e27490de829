"""Postpone, move and cancel an event: a page that says whom it concerns, then the act."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.local_moments import read_moment, repeated_moments
from admitone.console.domain.navigation import Area
from admitone.console.routes.screens.events import read_sums
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Problem
from admitone.console.usecases.refund_event import refund_event
from admitone.organizers.contracts import Permission


@screen("/console/events/{event_id:str}/postponement", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_postponement(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    return await _render(visit, event_id, "event_postponement.html")


@action("/console/events/{event_id:str}/postponement", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_postponement(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    start = read_moment(visit.form, "start", event["timezone"])
    is_moved = visit.form.value("date") == "known"
    if is_moved and start is None and "start" not in visit.form.faults:
        visit.form.faults["start"] = "Enter the new date and time, or choose that they are not known yet."
    if not is_moved:
        visit.form.faults.clear()
    if not visit.form.faults:
        body = {"starts_at": start} if is_moved else {}
        answer = await visit.api.post(f"/organizer/events/{event_id}/postponement", body, key=visit.form.key)
        if not isinstance(answer, Problem):
            words = "The event is moved." if is_moved else "The event is postponed."
            return visit.redirect(f"/console/events/{event_id}", flash=f"{words} All tickets stay valid.")
        visit.form.refused(answer.faults, {"/starts_at": "start"})
    return await _render(visit, event_id, "event_postponement.html", status=422)


@screen("/console/events/{event_id:str}/cancellation", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_cancellation(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    return await _render(visit, event_id, "event_cancellation.html")


@action("/console/events/{event_id:str}/cancellation", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_cancellation(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    if visit.form.text("confirmation") != event["name"].strip():
        visit.form.faults["confirmation"] = f"Type the name of the event exactly: {event['name']}"
        return await _render(visit, event_id, "event_cancellation.html", status=422)
    answer = await visit.api.post(f"/organizer/events/{event_id}/cancellation", key=visit.form.key)
    if isinstance(answer, Problem):
        visit.form.refused([("", answer.detail)])
        return await _render(visit, event_id, "event_cancellation.html", status=422)
    words = "The event is cancelled."
    if visit.form.flag("refund"):
        refunds = await refund_event(visit.api, event_id)
        if isinstance(refunds, Problem):
            words += f" The refunds did not start: {refunds.detail}"
        elif refunds is None or not refunds.document["bookings"]:
            words += " No booking is to be refunded."
        else:
            words += f" {refunds.document['bookings']} bookings are being refunded."
    return visit.redirect(f"/console/events/{event_id}", flash=words)


async def _render(visit: Visit, event_id: str, template: str, *, status: int = 200) -> Response[bytes]:
    event: dict[str, Any] = await visit.api.get(f"/organizer/events/{event_id}")
    sums = (await read_sums(visit, [event])).get(event_id)
    return await visit.render(
        template,
        status=status,
        event=event,
        sales=sums,
        twice=repeated_moments(visit.form, ["start"], event["timezone"]),
        sees_money=visit.may(Permission.SEE_MONEY),
    )
