"""List the coming events of one performer or venue, with its details."""

import asyncio
from typing import Any, Literal

from msgspec import Struct

from admitone.pages.contracts import Json
from admitone.pages.usecases.deps import Deps
from admitone.search.contracts import SearchAnswer, SearchQuery

_PAGE_SIZE = 24
_PAGES_MAX = 400


class Listing(Struct, frozen=True):
    subject: Json
    """The body of `GET /performers/{id}` or `/venues/{id}`."""
    answer: SearchAnswer


async def show_listing(deps: Deps, *, kind: Literal["performer", "venue"], subject_id: str, page: int) -> Listing:
    """Return the subject and one page of its coming events. Raises the refusals of its endpoint (not found)."""
    wanted: dict[str, Any] = {f"{kind}_id": subject_id}
    read = deps.read_performer if kind == "performer" else deps.read_venue
    subject, answer = await asyncio.gather(
        read(subject_id),
        deps.search(
            SearchQuery(**wanted, sort="date", page=min(max(page, 0), _PAGES_MAX), size=_PAGE_SIZE, facets=("month",))
        ),
    )
    return Listing(subject, answer)
