"""What, where and when: create an event, and change its details; copy an event to another date."""

from collections.abc import Mapping
from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.copy_event import copy_document
from admitone.console.domain.event_forms import (
    DETAIL_MOMENTS,
    SEGMENTS,
    details_document,
    details_form,
    performer_names,
)
from admitone.console.domain.forms import Form
from admitone.console.domain.local_moments import read_moment, repeated_moments
from admitone.console.domain.navigation import Area
from admitone.console.domain.places import MEMBERS, countries, timezones, venue_document
from admitone.console.routes.screens.choices import CHOICES_MAX, find_choices, with_choice
from admitone.console.routes.screens.event_parts import ETAG_FIELD, changes_since, save_part
from admitone.console.routes.screens.pictures import take_picture
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import Problem
from admitone.kit.http.body_limits import PICTURE_FORM_BYTES_MAX
from admitone.organizers.contracts import Permission

NEW_VENUE = "new"
_FIND = "find"
"""A button of the form that only finds venues and rooms: nothing is saved, and all fields keep what was typed."""
_FIELDS = {"/starts_at": "start", "/local_start": "start", "/image_url": "image_address"}


@screen("/console/events/new", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_new_event(visit: OpenVisit) -> Response[bytes]:
    return await _render(visit, None)


@action("/console/events/new", needs=Permission.MANAGE, area=Area.EVENTS, bytes_max=PICTURE_FORM_BYTES_MAX)
async def post_new_event(visit: OpenVisit) -> Response[bytes]:
    await _take_picture(visit)
    if visit.form.text(_FIND):
        return await _render(visit, None)
    venue = await _chosen_venue(visit)
    if venue is not None:
        document = details_document(visit.form, venue["timezone"], is_new=True)
        document |= {"venue_id": venue["id"], "performer_ids": await _performers(visit)}
        if not visit.form.faults:
            answer = await visit.api.post("/organizer/events", document, key=visit.form.key)
            if not isinstance(answer, Problem):
                path = f"/console/events/{answer.document['id']}"
                return visit.redirect(f"{path}/prices", flash="The draft is saved. Next: places and prices.")
            visit.form.refused(answer.faults, _FIELDS)
    else:
        _find_faults(visit, is_new=True)
    return await _render(visit, None, status=422, venue=venue)


@screen("/console/events/{event_id:str}/details", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_details(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    read = await visit.api.read(f"/organizer/events/{event_id}")
    form = await _stored_form(visit, read.document)
    return await _render(visit, read.document, etag=read.etag, form=form)


@action(
    "/console/events/{event_id:str}/details",
    needs=Permission.MANAGE,
    area=Area.EVENTS,
    bytes_max=PICTURE_FORM_BYTES_MAX,
)
async def post_details(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    await _take_picture(visit)
    if visit.form.text(_FIND):
        event = await visit.api.get(f"/organizer/events/{event_id}")
        return await _render(visit, event, etag=visit.form.text(ETAG_FIELD))
    stored = await visit.api.get(f"/organizer/events/{event_id}")
    venue = await _chosen_venue(visit, stored)
    saved: bool | None = False
    if venue is not None:
        document = details_document(visit.form, venue["timezone"], is_new=False)
        document |= {"venue_id": venue["id"], "performer_ids": await _performers(visit)}
        saved = await save_part(visit, event_id, document, _FIELDS)
        if saved:
            return visit.redirect(f"/console/events/{event_id}", flash="The details are saved.")
    else:
        _find_faults(visit, is_new=False)
    read = await visit.api.read(f"/organizer/events/{event_id}")
    changes = changes_since(visit.form, await _stored_form(visit, read.document)) if saved is None else []
    shown = venue if venue and venue["id"] else None
    return await _render(visit, read.document, status=422, etag=read.etag, venue=shown, changes=changes)


@screen("/console/events/{event_id:str}/copy", needs=Permission.MANAGE, area=Area.EVENTS)
async def show_copy(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    return await _render_copy(visit, event, Form.of({"name": event["name"], "start": ""}))


@action("/console/events/{event_id:str}/copy", needs=Permission.MANAGE, area=Area.EVENTS)
async def post_copy(visit: OpenVisit, event_id: FromPath[str]) -> Response[bytes]:
    event = await visit.api.get(f"/organizer/events/{event_id}")
    start = read_moment(visit.form, "start", event["timezone"])
    if start is None and "start" not in visit.form.faults:
        visit.form.faults["start"] = "Enter the date and the time of the copy."
    if start is not None and not visit.form.faults:
        document = copy_document(event, name=visit.form.text("name") or event["name"], starts_at=start)
        answer = await visit.api.post("/organizer/events", document, key=visit.form.key)
        if not isinstance(answer, Problem):
            return visit.redirect(f"/console/events/{answer.document['id']}", flash="This is the copy, a draft.")
        visit.form.refused(answer.faults, _FIELDS)
    return await _render_copy(visit, event, visit.form, status=422)


async def _render_copy(visit: Visit, event: dict[str, Any], form: Form, *, status: int = 200) -> Response[bytes]:
    twice = repeated_moments(form, ["start"], event["timezone"])
    return await visit.render("event_copy.html", status=status, event=event, form=form, twice=twice)


def _find_faults(visit: Visit, *, is_new: bool) -> None:
    """Record the faults of the details beside those of the venue, without the venue's clocks."""
    details_document(visit.form, "UTC", is_new=is_new)


async def _chosen_venue(visit: Visit, event: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the venue that was chosen, created first where it is a new one; None with its faults in the form."""
    form = visit.form
    chosen = form.text("venue_id")
    if chosen is None and event is not None and event["venue_id"] is None:
        return {"id": None, "timezone": event["timezone"]}  # the venue stays to be announced
    if chosen is None:
        form.faults["venue_id"] = "Choose the venue, or add a new one."
        return None
    if chosen != NEW_VENUE:
        found: dict[str, Any] = await visit.api.get(f"/organizer/venues/{chosen}")
        return found
    document = venue_document(form, "venue.")
    if any(name.startswith("venue.") for name in form.faults):
        return None
    answer = await visit.api.post("/organizer/venues", document, key=f"{form.key}-venue" if form.key else None)
    if isinstance(answer, Problem):
        form.refused(answer.faults, {f"/{name}": f"venue.{name}" for name in MEMBERS})
        return None
    created: dict[str, Any] = answer.document
    # The venue is there, whatever becomes of the event: sent again, the form chooses it.
    kept = [(name, text) for name, text in form.fields if name != "venue_id" and not name.startswith("venue.")]
    form.fields = (*kept, ("venue_id", created["id"]))
    return created


async def _take_picture(visit: Visit) -> None:
    """Store the file of the form. A new file replaces the address of a picture elsewhere; *remove* removes both."""
    before = visit.form.text("image_url")
    is_removed = visit.form.flag("image_url_remove")
    after = await take_picture(visit, "image_url")
    if is_removed or (after is not None and after != before):
        visit.form.replace("image_address", "")


async def _performers(visit: Visit) -> list[str]:
    """Return the ids of the performers of the form; names that are new become performers once all else is right."""
    if visit.form.faults:
        return []
    ids = []
    for name in performer_names(visit.form):
        found = await visit.api.get("/organizer/performers", q=name[:200], size=CHOICES_MAX)
        same = [known for known in found["performers"] if known["name"].casefold() == name.casefold()]
        if same:
            ids.append(same[0]["id"])
            continue
        answer = await visit.api.post("/organizer/performers", {"name": name})
        if isinstance(answer, Problem):
            visit.form.refused((("/performers", f"{name}: {words}") for _, words in answer.faults))
            return []
        ids.append(answer.document["id"])
    return ids


async def _stored_form(visit: Visit, event: dict[str, Any]) -> Form:
    performers = [await visit.api.get(f"/organizer/performers/{found}") for found in event["performer_ids"]]
    return details_form(event, [performer["name"] for performer in performers])


async def _render(
    visit: Visit,
    event: dict[str, Any] | None,
    *,
    status: int = 200,
    venue: dict[str, Any] | None = None,
    **context: Any,
) -> Response[bytes]:
    form = context.get("form", visit.form)
    venues, more_venues = await find_choices(visit, form, "venues", "venue_words")
    seat_maps, more_rooms = await find_choices(visit, form, "seat_maps", "room_words")
    zone = venue["timezone"] if venue else event["timezone"] if event else None
    places = [(found["id"], f"{found['name']}, {found['city']}") for found in venues]
    chosen = venue or await _venue_outside(visit, form.value("venue_id"), dict(places))
    if chosen is not None:
        places = with_choice(places, chosen["id"], f"{chosen['name']}, {chosen['city']}")
    rooms = [(found["id"], f"{found['name']} ({found['seat_count']} seats)") for found in seat_maps]
    known = {
        "event": event,
        "etag": None,
        "changes": [],
        "form": form,
        "venues": places,
        "seat_maps": with_choice(rooms, form.value("seat_map_id"), "The room of this event"),
        "has_venues": bool(venues) or more_venues,
        "more_venues": more_venues,
        "more_rooms": more_rooms,
        "zone": zone,
        "twice": repeated_moments(form, DETAIL_MOMENTS, zone),
        "segments": with_choice(list(SEGMENTS), form.value("segment"), form.value("segment")),
        "countries": countries(),
        "timezones": timezones(),
        "tab": "details",
        **_picture_of(form, event),
    }
    return await visit.render("event_details.html", status=status, **{**known, **context})


async def _venue_outside(visit: Visit, venue_id: str, known: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the chosen venue where the list does not have it."""
    if venue_id in known or venue_id in ("", NEW_VENUE):
        return None
    found: dict[str, Any] = await visit.api.get(f"/organizer/venues/{venue_id}")
    return found


def _picture_of(form: Form, event: dict[str, Any] | None) -> dict[str, Any]:
    """Return what the form shows of the picture: its address on this site, and what became of one on another site."""
    own, elsewhere = form.text("image_url"), form.text("image_address")
    fetched = event["image"] if event and elsewhere == event["image_url"] else None
    return {
        "shown_picture": own or (fetched["url"] if fetched else None),
        "picture_fault": fetched["fault"] if fetched and fetched["state"] == "failed" else None,
        "picture_waits": bool(fetched and fetched["state"] == "pending"),
    }
