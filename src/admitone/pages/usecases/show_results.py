"""Show the list of events of an address, and wider searches if the list is empty."""

import asyncio
from typing import Any

from msgspec import Struct

from admitone.pages.domain.price_steps import main_currency
from admitone.pages.domain.search_state import SearchState, read_search_state
from admitone.pages.usecases.deps import Deps
from admitone.search.contracts import FacetName, SearchAnswer, SearchQuery, SpokenDate

_FACETS: tuple[FacetName, ...] = ("segment", "genre", "city", "country", "month", "price")


class WayOn(Struct, frozen=True):
    """A wider search that has results."""

    text: str
    state: SearchState
    total: int
    events: list[dict[str, Any]]


class Results(Struct, frozen=True):
    state: SearchState
    answer: SearchAnswer
    ways_on: list[WayOn]
    is_catalogue_empty: bool = False
    """No event is coming at all, whatever the filters."""
    cities: tuple[str, ...] = ()
    """Where most shows are, for a search whose words match nothing anywhere."""


_OTHER_DATES = "on other dates"
_WIDER = (
    (_OTHER_DATES, ("starts_from", "starts_to")),
    ("in other places", ("city", "country_code", "near", "radius_km", "venue_id")),
    ("at any price", ("price_max", "currency")),
    ("of every kind", ("segment", "genre", "on_sale")),
    ("without any filter", ("starts_from", "starts_to", "city", "country_code", "near", "radius_km", "venue_id",
                            "price_max", "currency", "segment", "genre", "on_sale", "performer_id")),
)  # fmt: skip
_EXAMPLES = 3
_CITIES_SHOWN = 8


async def show_results(deps: Deps, *, state: SearchState) -> Results:
    """Search; if nothing is found, search without one filter at a time and offer the searches with results."""
    state = await _with_currency(deps, state)
    answer = await deps.search(state.query(_FACETS))
    if answer.page["total"]:
        return Results(state, answer, [])
    ways_on = await _find_ways_on(deps, state, answer.understood)
    if ways_on:
        return Results(state, answer, ways_on)
    everything = await deps.search(SearchQuery(size=1, facets=("city",), collapse=True))
    cities = tuple(str(entry["value"]) for entry in everything.facets.get("city", [])[:_CITIES_SHOWN])
    return Results(state, answer, [], everything.page["total"] == 0, cities)


def _without_date(state: SearchState, understood: SpokenDate) -> SearchState:
    """Return the search without the date among its words."""
    spaced = f" {' '.join((state.value('q') or '').split())} "
    words = spaced.replace(f" {understood.text} ", " ", 1).split()
    less = state.without("page", "understand")
    return less.with_values(q=" ".join(words)) if words else less.without("q")


async def _with_currency(deps: Deps, state: SearchState) -> SearchState:
    """Choose the most frequent currency if prices are sorted without one: amounts of two currencies do not compare."""
    if not _sorts_by_price(state):
        return state
    found = await deps.search(state.without("sort").query(("price",), size=1))
    currency = main_currency(found.facets.get("price", []))
    return read_search_state([*state.pairs, ("currency", currency)]) if currency else state


def _sorts_by_price(state: SearchState) -> bool:
    """Return whether results are sorted by price without a currency."""
    return (state.value("sort") or "").endswith("price") and state.value("currency") is None


async def _find_ways_on(deps: Deps, state: SearchState, understood: SpokenDate | None) -> list[WayOn]:
    wider: dict[SearchState, str] = {}
    if understood is not None:
        wider[_without_date(state, understood)] = _OTHER_DATES
    for text, names in _WIDER:
        less = state.without(*names)
        if less.pairs != state.without("page").pairs:
            wider.setdefault(less, text)
    asked = [less.without("sort") if _sorts_by_price(less) else less for less in wider]
    answers = await asyncio.gather(*(deps.search(query_state.query(size=_EXAMPLES)) for query_state in asked))
    return [
        WayOn(text, less, answer.page["total"], answer.events)
        for (less, text), answer in zip(wider.items(), answers, strict=True)
        if answer.page["total"]
    ]
