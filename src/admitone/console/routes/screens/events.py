"""Events: the list, and one event with its state, its checklist and what can be done with it."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.bulk import ACTS
from admitone.console.domain.event_list import LISTINGS, EventListing, read_listing
from admitone.console.domain.event_words import checklist, resumed_words, state_of
from admitone.console.domain.forms import Form
from admitone.console.domain.navigation import Area
from admitone.console.routes.screens.choices import find_choices, with_choice
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.console.usecases.pause_sales import pause_sales, resume_sales
from admitone.organizers.contracts import Permission

PAGE_SIZE = 20
WORDS_MAX = 200
VENUE_WORDS = "venue_words"
"""A field that only finds venues for the filter: the list of events does not depend on it."""
_PUBLISHED = "The event is published. Its page is open to everybody."


@screen(
    "/console/events",
    needs=Permission.VIEW,
    area=Area.EVENTS,
    entry=True,
    reads=("listing", "q", "venue_id", "series_id", "first_day", "last_day", "page", VENUE_WORDS, "find"),
)
async def show_events(visit: OpenVisit) -> Response[bytes]:
    view = read_listing(visit.query)
    found = await visit.api.get("/organizer/events", **view.query(), page=visit.page, size=PAGE_SIZE)
    sales = await read_sums(visit, found["events"])
    finding = Form.of({VENUE_WORDS: visit.query.get(VENUE_WORDS, "").replace("\0", "")[:WORDS_MAX]})
    venues, more_venues = await _venues(visit, view, finding)
    return await visit.render(
        "events.html",
        rows=[_row(event, sales.get(event["id"])) for event in found["events"]],
        view=view,
        series=await _series_of(visit, view),
        venues=venues,
        more_venues=more_venues,
        finding=finding,
        listings=LISTINGS,
        acts=ACTS,
        page=found["page"],
        sees_money=visit.may(Permission.SEE_MONEY),
        may_manage=visit.may(Permission.MANAGE),
    )


@screen("/console/events/{event_id:str}", needs=Permission.VIEW, area=Area.EVENTS)
async def show_event(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    return await render_event(visit, event_id)


@action("/console/events/{event_id:str}/publication", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_publication(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.post(f"/organizer/events/{event_id}/publication", key=visit.form.key)
    return await _moved_on(visit, event_id, answer, _PUBLISHED)


@action("/console/events/{event_id:str}/withdrawal", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_withdrawal(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/events/{event_id}/publication")
    return await _moved_on(visit, event_id, answer, "The event is a draft again. Only your organization sees it.")


@action("/console/events/{event_id:str}/pause", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_pause(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    answer = await pause_sales(visit.api, event_id)
    words = "Sales are paused. Those who hold seats can still pay for them."
    return await _moved_on(visit, event_id, answer, words)


@action("/console/events/{event_id:str}/resumption", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_resumption(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/events/{event_id}")
    answer = await resume_sales(visit.api, read.document, read.etag)
    words = "" if isinstance(answer, Problem) else resumed_words(answer.document, datetime.now(UTC))
    return await _moved_on(visit, event_id, answer, words)


@action("/console/events/{event_id:str}/deletion", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_deletion(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/events/{event_id}")
    if isinstance(answer, Problem):
        return await _moved_on(visit, event_id, answer, "")
    return visit.redirect("/console/events?listing=drafts", flash="The draft is deleted.")


async def render_event(visit: Visit, event_id: str, *, status: int = 200, **context: Any) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    seat_map = await read_optional(visit, "seat-maps", event["seat_map_id"])
    sales = (await read_sums(visit, [event])).get(event_id)
    now = datetime.now(UTC)
    return await visit.render(
        "event.html",
        status=status,
        event=event,
        state=state_of(event, now, sales["tickets"] if sales else None),
        checks=checklist(event, [category["name"] for category in seat_map["categories"]] if seat_map else []),
        sales=sales,
        venue=await read_optional(visit, "venues", event["venue_id"]),
        seat_map=seat_map,
        series=await read_optional(visit, "series", event["series_id"]),
        sees_money=visit.may(Permission.SEE_MONEY),
        may_manage=visit.may(Permission.MANAGE),
        tab="overview",
        **context,
    )


async def read_optional(visit: Visit, kind: str, found_id: str | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = await visit.api.get(f"/organizer/{kind}/{found_id}") if found_id else None
    return found


async def read_sums(visit: Visit, events: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what is sold of each event that was published."""
    if not events:
        return {}
    found = await visit.api.get("/organizer/sales", event_id=[event["id"] for event in events])
    return {sums["event_id"]: sums for sums in found["sales"]}


async def _moved_on(visit: Visit, event_id: str, answer: object, words: str) -> Response[bytes]:
    """Return to the event; a refusal is explained on its page."""
    if isinstance(answer, Problem):
        return await render_event(visit, event_id, status=422, form=visit.form.refused([("", answer.detail)]))
    return visit.redirect(f"/console/events/{event_id}", flash=words)


def _row(event: dict[str, Any], sales: dict[str, Any] | None) -> dict[str, Any]:
    sold = sales["tickets"] if sales else 0
    capacity = event["capacity"]
    return {
        "event": event,
        "state": state_of(event, datetime.now(UTC), sold if sales else None),
        "sold": sold,
        "capacity": capacity,
        "poster": poster_of(event),
        "total": sales["total"] if sales and event["currency"] else None,
    }


def poster_of(event: dict[str, Any]) -> str | None:
    """Return the address of the picture on this site; None for drafts without one, and until one elsewhere is
    fetched."""
    named: str | None = event["image_url"]
    if named is not None:
        fetched: str | None = event["image"]["url"] if event["image"] else None
        return named if named.startswith("/") else fetched
    return f"/posters/{event['id']}.svg?v={event['revision']}" if event["published"] else None


async def _series_of(visit: Visit, view: EventListing) -> dict[str, Any] | None:
    """Return the series that the list is narrowed to; None also if there is none of this id."""
    if view.series_id is None:
        return None
    try:
        return await read_optional(visit, "series", view.series_id)
    except ApiRefused:
        return None


async def _venues(visit: Visit, view: EventListing, finding: Form) -> tuple[list[tuple[str, str]], bool]:
    """Return the choices of the filter, of which the chosen venue is one, and whether there are others to find."""
    venues, has_more = await find_choices(visit, finding, "venues", VENUE_WORDS)
    choices = [("", "All venues"), *((venue["id"], _label(venue)) for venue in venues)]
    if not view.venue_id or view.venue_id in dict(choices):
        return choices, has_more
    try:
        chosen = _label(await visit.api.get(f"/organizer/venues/{view.venue_id}"))
    except ApiRefused:
        chosen = "The chosen venue"
    return with_choice(choices, view.venue_id, chosen), has_more


def _label(venue: dict[str, Any]) -> str:
    return f"{venue['name']}, {venue['city']}"
