"""Promo codes: list with their uses, create one or a batch, switch off."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.domain.promo_codes import FIELDS, drafts_of
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.read_events import read_events
from admitone.organizers.contracts import Permission

_LIST = "/console/promo-codes"


@screen(_LIST, needs=Permission.VIEW, area=Area.PROMO_CODES, entry=True, reads=("event_id", "page"))
async def show_promo_codes(visit: OpenVisit) -> Response[bytes]:
    event_id = visit.query.get("event_id") or None
    found = await visit.api.get("/organizer/promo-codes", event_id=event_id, page=visit.page)
    named = [promo["event_id"] for promo in found["promo_codes"] if promo["event_id"]]
    now = visit.deps.now().isoformat()
    return await visit.render(
        "promo_codes.html",
        found=found,
        events=await read_events(visit.api, [*named, *([event_id] if event_id else [])]),
        event_id=event_id,
        state=lambda promo: _state(promo, now),
        can_manage=visit.may(Permission.MANAGE),
    )


@screen(_LIST + "/new", needs=Permission.MANAGE, area=Area.PROMO_CODES, reads=("event_id",))
async def show_new_promo_code(visit: OpenVisit) -> Response[bytes]:
    return await _form(visit, visit.query.get("event_id") or None)


@action(_LIST, needs=Permission.MANAGE, area=Area.PROMO_CODES)
async def post_promo_codes(visit: OpenVisit) -> Response[bytes]:
    """Create one code, or a batch: a fault stops it, and the same form sent again goes on."""
    event_id = visit.form.text("event_id")
    event = (await read_events(visit.api, [event_id])).get(event_id) if event_id else None
    drafts = drafts_of(visit.form, zone=event["timezone"] if event else "UTC")
    if visit.form.faults:
        return await _form(visit, event_id, status=422)
    for number, draft in enumerate(drafts):
        key = f"{visit.form.key}-{number}" if visit.form.key else None
        answer = await visit.api.post("/organizer/promo-codes", draft, key=key)
        if isinstance(answer, Problem):
            fields = FIELDS if answer.members.get("errors") else {"": "code"}
            visit.form.refused(answer.faults, fields)
            return await _form(visit, event_id, status=422)
    words = f"The code {drafts[0]['code']} is made." if len(drafts) == 1 else f"{len(drafts)} codes are made."
    return visit.redirect(_LIST, flash=words)


@action(_LIST + "/{promo_code_id:str}/end", needs=Permission.MANAGE, area=Area.PROMO_CODES)
async def post_promo_code_end(visit: OpenVisit, promo_code_id: FromPath[str]) -> Response[bytes]:
    """Switch a code off: one that was never used is deleted, others end now."""
    path = f"/organizer/promo-codes/{promo_code_id}"
    answer = await visit.api.delete(path)
    if isinstance(answer, Problem) and answer.code == "has-sales":
        now = visit.deps.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
        answer = await visit.api.patch(path, {"starts_at": None, "ends_at": now})
    if isinstance(answer, Problem):
        raise ApiRefused(answer)
    return visit.redirect(_LIST, flash="The code is switched off. Bookings keep the price that they were held at.")


async def _form(visit: Visit, event_id: str | None, *, status: int = 200) -> Response[bytes]:
    events = await read_events(visit.api, [event_id] if event_id else [])
    event: dict[str, Any] | None = events.get(event_id) if event_id else None
    return await visit.render("promo_code.html", status=status, event=event, event_id=event_id)


def _state(promo: dict[str, Any], now: str) -> str:
    if promo["ends_at"] and promo["ends_at"][:19] <= now[:19]:
        return "Ended"
    if promo["starts_at"] and promo["starts_at"][:19] > now[:19]:
        return "Not started"
    return "Used up" if promo["uses_max"] is not None and promo["uses"] >= promo["uses_max"] else "Valid"
