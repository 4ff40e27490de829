"""List the coming events of one performer or venue, with its details."""

import asyncio
from typing import Any, Literal

from msgspec import Struct

from admitone.catalogue.contracts import ListedPerformer, ListedVenue
from admitone.pages.usecases.deps import Deps
from admitone.search.contracts import SearchAnswer, SearchQuery

_PAGE_SIZE = 24
_PAGES_MAX = 400


class Listing(Struct, frozen=True):
    subject: ListedPerformer | ListedVenue
    answer: SearchAnswer


async def show_listing(deps: Deps, *, kind: Literal["performer", "venue"], subject_id: str, page: int) -> Listing:
    """Return the subject and one page of its coming events. Raises the refusals of its endpoint (not found)."""
    wanted: dict[str, Any] = {f"{kind}_id": subject_id}
    page = min(max(page, 0), _PAGES_MAX)
    query = SearchQuery(**wanted, sort="date", page=page, size=_PAGE_SIZE, facets=("month",), collapse=True)
    subject, answer = await asyncio.gather(_read_subject(deps, kind, subject_id), deps.search(query))
    return Listing(subject, answer)


async def _read_subject(
    deps: Deps, kind: Literal["performer", "venue"], subject_id: str
) -> ListedPerformer | ListedVenue:
    if kind == "performer":
        return (await deps.read_performer(subject_id))[0]
    return (await deps.read_venue(subject_id))[0]
