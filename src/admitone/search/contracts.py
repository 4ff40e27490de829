"""The contract of search with pages: a query, and its results."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

from msgspec import Struct

SortKey = Literal["relevance", "date", "distance", "price", "popularity"]
FacetName = Literal["segment", "genre", "city", "country", "month", "price"]


class SearchQuery(Struct, frozen=True, kw_only=True):
    """The types of search that pages use: a query, and its result."""

    q: str = ""
    city: tuple[str, ...] = ()
    country_code: str | None = None
    region: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    genre: tuple[str, ...] = ()
    performer_id: str | None = None
    venue_id: str | None = None
    starts_from: str | None = None
    starts_to: str | None = None
    near: tuple[float, float] | None = None
    radius_km: float | None = None
    price_max: int | None = None
    currency: str | None = None
    on_sale: Literal["now", "soon"] | None = None
    sort: SortKey | None = None
    reverse: bool = False
    page: int = 0
    size: int = 20
    facets: tuple[FacetName, ...] = ()
    highlight: bool = False
    whole_words: bool = False
    """Without events in which the last word of `q` is only a prefix, and without typing errors."""
    under_way: bool = False
    """With `starts_from` as a day: also events that began before that day, if they last until it and are not over."""
    collapse: bool = False
    """List each series once, by its first date that matches; totals and facets then count series, not their dates."""
    understand: bool | None = None
    """Whether dates in words become filters, and whether the answer says so (True); False: search the literal words."""


class SpokenDate(Struct, frozen=True):
    """`text` as it was typed, and what it means: days at the venue, both included."""

    text: str
    starts_from: str
    starts_to: str


class SearchAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`events` are Summary objects as in the HTTP contract; `page` = {number, size, total, total_pages}."""

    events: list[dict[str, Any]]
    page: dict[str, int]
    facets: dict[str, list[dict[str, Any]]]
    took_ms: float
    did_you_mean: str | None = None
    understood: SpokenDate | None = None
    left_out: int = 0
    """Events that only the order by relevance lists: the last word is a prefix in them, and a whole word in others."""


SearchEvents = Callable[[SearchQuery], Awaitable[SearchAnswer]]


class Suggestion(Struct, frozen=True):
    type: Literal["event", "performer", "venue", "city"]
    id: str
    name: str
    detail: str


Suggest = Callable[[str, int], Awaitable[list[Suggestion]]]
"""(typed text, maximum number) → suggestions."""
