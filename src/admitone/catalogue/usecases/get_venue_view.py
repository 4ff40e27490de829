"""One venue with its coming events, for everybody."""

from typing import Any

from admitone.catalogue.contracts import event_summary
from admitone.catalogue.domain.life import STILL_ON
from admitone.catalogue.domain.refusals import VenueNotFound
from admitone.catalogue.domain.views import page_view, venue_view
from admitone.catalogue.store.events import coming_events_of_venue
from admitone.catalogue.store.venues import read_venues
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.shape_documents import shape_documents


async def get_venue_view(deps: Deps, venue_id: str, *, page: int = 0, size: int = 50) -> dict[str, Any]:
    """Return the body of `GET /venues/{id}`. Raises `VenueNotFound`."""
    async with deps.pool.connection() as conn:
        venue = (await read_venues(conn, [venue_id])).get(venue_id)
        if venue is None:
            raise VenueNotFound
        events, total = await coming_events_of_venue(
            conn, venue_id=venue_id, from_moment=deps.now() - STILL_ON, page=page, size=size
        )
        documents = await shape_documents(conn, events)
    left = await deps.read_availability(tuple(document.id for document in documents)) if documents else {}
    return {
        **venue_view(venue),
        "events": [event_summary(document, left.get(document.id)) for document in documents],
        "page": page_view(page, size, total),
    }
