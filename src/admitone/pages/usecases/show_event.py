"""Show one event: its details, and other events of the same performers and the same venue."""

import asyncio
from typing import Any

from msgspec import Struct

from admitone.pages.contracts import Document
from admitone.pages.usecases.deps import Deps
from admitone.pages.usecases.find_waitable import Waitable, find_waitable
from admitone.search.contracts import SearchQuery

_RELATED_SHOWN = 5


class EventPage(Struct, frozen=True):
    event: Document
    """The body of `GET /events/details/{id}`."""
    same_performer: list[Document]
    same_venue: list[Document]
    waitable: Waitable | None = None
    """For which price levels people can wait."""


async def show_event(deps: Deps, *, event_id: str) -> EventPage:
    """Return the page. Raises `event-not-found`."""
    event = await deps.read_details(event_id)
    performer = next(iter(event["performers"]), None)
    performer_id = performer["id"] if performer else None
    venue_id = event["venue"].get("id")
    by_performer, by_venue, waitable = await asyncio.gather(
        _related(deps, event_id, performer_id=performer_id),
        _related(deps, event_id, venue_id=venue_id),
        find_waitable(deps, event),
    )
    listed = {other["id"] for other in by_performer}
    others = [other for other in by_venue if other["id"] not in listed]
    return EventPage(event, by_performer, others, waitable)


async def _related(deps: Deps, event_id: str, **wanted: Any) -> list[Document]:
    if not all(wanted.values()):
        return []
    answer = await deps.search(SearchQuery(**wanted, sort="date", size=_RELATED_SHOWN + 1))
    return [other for other in answer.events if other["id"] != event_id][:_RELATED_SHOWN]
