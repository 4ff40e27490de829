"""Draw the poster of a published event."""

from msgspec import Struct

from admitone.kit.refusal import Kind, Refusal
from admitone.pages.domain.poster.draw import draw_poster
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
    """Return an SVG of 600 × 800, at most 8 kB. Raises `PosterNotFound`."""
    documents = await deps.read_documents((event_id,))
    if not documents:
        raise PosterNotFound("There is no such event.", event_id=event_id)
    return Poster(draw_poster(documents[0]), documents[0].revision)
