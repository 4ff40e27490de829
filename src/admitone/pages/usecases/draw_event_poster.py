"""The poster of a published event, and its card for shared links."""

from collections.abc import Callable

from msgspec import Struct

from admitone.catalogue.contracts import EventDocument
from admitone.kit.refusal import Kind, Refusal
from admitone.pages.domain.poster.draw import draw_poster
from admitone.pages.domain.share_card import draw_card
from admitone.pages.usecases.deps import Deps


class PosterNotFound(Refusal):
    """The event does not exist or is not published."""

    code = "event-not-found"
    kind = Kind.NOT_FOUND


class Poster(Struct, frozen=True):
    svg: str
    revision: int
    """The revision of the drawn event: the poster is immutable only under this number."""


async def draw_event_poster(deps: Deps, *, event_id: str) -> Poster:
    """SVG of 600 × 800, at most 8 kB. Raises `PosterNotFound`."""
    document = await _read(deps, event_id)
    return Poster(draw_poster(document), document.revision)


async def draw_event_card(deps: Deps, *, event_id: str, write: Callable[[str], str]) -> Poster:
    """SVG of 1200 × 630, for links that are shared; `write` as in `draw_card`. Raises `PosterNotFound`."""
    document = await _read(deps, event_id)
    return Poster(draw_card(document, write), document.revision)


async def _read(deps: Deps, event_id: str) -> EventDocument:
    documents = await deps.read_documents((event_id,))
    if not documents:
        raise PosterNotFound("There is no such event.", event_id=event_id)
    return documents[0]
