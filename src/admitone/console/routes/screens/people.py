"""A person's data: find what is stored of an address, export it, erase it after a look.

The address travels in forms alone: paths are in the logs.
"""

import msgspec
from litestar import Response

from admitone.console.domain.navigation import Area
from admitone.console.routes.rendering import HEADERS
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Fresh, Permission

_OWNER = Fresh(Permission.ADMINISTER)
_API = "/organizer/people"
_CONFIRMED = "erase"


@screen("/console/people", needs=_OWNER, area=Area.BOOKINGS)
async def show_people(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("people.html", found=None)


@action("/console/people", needs=_OWNER, area=Area.BOOKINGS)
async def post_people(visit: OpenVisit) -> Response[bytes]:
    """Show what is stored of an address. Nothing changes."""
    return await _show(visit)


@action("/console/people/export", needs=_OWNER, area=Area.BOOKINGS)
async def post_people_export(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.post(f"{_API}/export", {"email": visit.form.value("email")})
    if isinstance(answer, Problem):
        raise ApiRefused(answer)
    document = msgspec.json.format(msgspec.json.encode(answer.document), indent=2)
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="person.json"'}
    return Response(document, media_type="application/json", headers=headers)


@action("/console/people/erase", needs=_OWNER, area=Area.BOOKINGS)
async def post_people_erasure(visit: OpenVisit) -> Response[bytes]:
    form = visit.form
    if form.value("confirmed") != _CONFIRMED:
        form.faults["confirmed"] = "Confirm that the name and the address are erased for good."
        return await _show(visit, status=422)
    asked = {"email": form.value("email"), "also_upcoming": form.flag("also_upcoming")}
    answer = await visit.api.post(f"{_API}/erase", asked, key=form.key)
    if isinstance(answer, Problem):
        # The screen lists the bookings that prevent it.
        words = [("", "Nothing was erased: bookings need their buyer for now.")]
        form.refused(words if answer.code == "person-not-erasable" else answer.faults)
        return await _show(visit, status=422)
    if not answer.document["is_whole"]:
        return visit.redirect("/console/people", flash="Rows that are in use still have the address. Repeat it soon.")
    return visit.redirect("/console/people", flash="The name and the address are erased.")


async def _show(visit: Visit, *, status: int = 200) -> Response[bytes]:
    answer = await visit.api.post(f"{_API}/find", {"email": visit.form.value("email")})
    if isinstance(answer, Problem):
        visit.form.refused(answer.faults)
        return await visit.render("people.html", status=422, found=None)
    found = answer.document
    obstacles = {obstacle["booking_id"]: obstacle for obstacle in found["obstacles"]}
    event_ids = [row["event_id"] for row in (*found["bookings"], *found["obstacles"])]
    return await visit.render(
        "people.html",
        status=status,
        found=found,
        obstacles=obstacles,
        is_prevented=any(obstacle["reason"] != "event_ahead" for obstacle in found["obstacles"]),
        events=await read_events(visit.api, event_ids),
    )
