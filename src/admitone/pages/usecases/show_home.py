"""Show the front page: events near a city this week, on sale soon, by kind."""

import asyncio
from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from admitone.pages.domain.variety import vary_events
from admitone.pages.usecases.deps import Deps
from admitone.search.contracts import SearchAnswer, SearchQuery

_WEEK = timedelta(days=6)
_SHOWN = 10
_LOOKED_AT = 60
_SOON_SHOWN = 6
_CITIES_SHOWN = 60
_FEW = 4
"""Fewer shows than this in the city this week: show later ones, and say so."""


class Home(Struct, frozen=True):
    city: str | None
    """None while there are no events at all."""
    cities: list[str]
    this_week: bool
    events: list[dict[str, Any]]
    on_sale_soon: list[dict[str, Any]]
    segments: list[dict[str, Any]]
    """Facet values: value, count."""
    total: int


async def show_home(deps: Deps, *, city: str | None) -> Home:
    """Return the front page for `city`; without one, or for one without events, the city with most events."""
    overview, soon = await asyncio.gather(
        deps.search(SearchQuery(size=1, facets=("city", "segment"), collapse=True)),
        deps.search(SearchQuery(on_sale="soon", sort="date", size=50, collapse=True)),
    )
    cities = [str(entry["value"]) for entry in overview.facets.get("city", [])]
    shown = city if city in cities else next(iter(cities), None)
    this_week, found = await _events_in(deps, shown)
    opening = sorted((event for event in soon.events if event.get("on_sale_at")), key=_sale_opens)
    return Home(
        city=shown,
        cities=sorted({*cities[:_CITIES_SHOWN], *([shown] if shown else [])}),
        this_week=this_week,
        events=vary_events(found.events, _SHOWN) if found else [],
        on_sale_soon=opening[:_SOON_SHOWN],
        segments=overview.facets.get("segment", []),
        total=overview.page["total"],
    )


async def _events_in(deps: Deps, city: str | None) -> tuple[bool, SearchAnswer | None]:
    if city is None:
        return True, None
    last = deps.now().date() + _WEEK
    coming = SearchQuery(city=(city,), sort="date", size=_LOOKED_AT, collapse=True)
    week = await deps.search(replace(coming, starts_to=str(last)))
    if week.page["total"] >= _FEW:
        return True, week
    return False, await deps.search(coming)


def _sale_opens(event: dict[str, Any]) -> str:
    return str(event["on_sale_at"])
