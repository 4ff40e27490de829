"""Get an event with everything that a buyer needs."""

from typing import Any

from admitone.catalogue.domain.details import event_details
from admitone.catalogue.domain.refusals import EventNotFound
from admitone.catalogue.store.events import read_published_events
from admitone.catalogue.store.seat_maps import read_section_counts
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.shape_documents import shape_documents


async def get_event_view(deps: Deps, event_id: str) -> dict[str, Any]:
    """Return the body of `GET /events/details/{id}`. Raises `EventNotFound` for drafts too."""
    async with deps.pool.connection() as conn:
        found = await read_published_events(conn, [event_id])
        if not found:
            raise EventNotFound
        event = found[0]
        (document,) = await shape_documents(conn, found)
        seats = await read_section_counts(conn, event.seat_map_id) if event.seat_map_id else None
    availability = await deps.read_availability((event_id,))
    if event.waiting_room.mode == "off":
        return event_details(event, document, availability.get(event_id), seats)
    waiting_room = await deps.read_waiting_room(event_id)
    return event_details(event, document, availability.get(event_id), seats, waiting_room)
