"""One performer with its coming events, for everybody."""

from typing import Any

from admitone.catalogue.contracts import event_summary
from admitone.catalogue.domain.life import STILL_ON
from admitone.catalogue.domain.refusals import PerformerNotFound
from admitone.catalogue.domain.views import page_view, performer_view
from admitone.catalogue.store.events import coming_events_of_performer
from admitone.catalogue.store.performers import read_performers
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.shape_documents import shape_documents


async def get_performer_view(deps: Deps, performer_id: str, *, page: int = 0, size: int = 50) -> dict[str, Any]:
    """Return the body of `GET /performers/{id}`. Raises `PerformerNotFound`."""
    async with deps.pool.connection() as conn:
        performer = (await read_performers(conn, [performer_id])).get(performer_id)
        if performer is None:
            raise PerformerNotFound
        events, total = await coming_events_of_performer(
            conn, performer_id=performer_id, from_moment=deps.now() - STILL_ON, page=page, size=size
        )
        documents = await shape_documents(conn, events)
    left = await deps.read_availability(tuple(document.id for document in documents)) if documents else {}
    return {
        **performer_view(performer),
        "events": [event_summary(document, left.get(document.id)) for document in documents],
        "page": page_view(page, size, total),
    }
