"""Attractions and venues as the Discovery API lists and shows them."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct

from admitone.catalogue.contracts import ListedPerformer, ListedVenue
from admitone.kit.fold import fold
from admitone.kit.refusal import Kind, Refusal
from admitone.search.domain.discovery.parameters import PageAsked
from admitone.search.domain.discovery.refusals import ResourceNotFound, TooMuchToRefine
from admitone.search.domain.discovery.shapes import Shape
from admitone.search.domain.distance import distance_km

REFINED_MAX = 2_000

Named = TypeVar("Named", ListedPerformer, ListedVenue)
ListNamed = Callable[[str, int, int], Awaitable[tuple[list[Named], int]]]
ReadNamed = Callable[[str], Awaitable[tuple[Named, int]]]
"""The two of `ListPerformers` and `ListVenues`, of `ReadPerformer` and `ReadVenue`: contracts of the catalogue."""


class NamedAsked(Struct, frozen=True, kw_only=True):
    """Filters other than `keyword` and `ids` are applied to what the catalogue lists."""

    page: PageAsked
    keyword: str = ""
    ids: tuple[str, ...] = ()
    country_code: str | None = None
    state_codes: tuple[str, ...] = ()
    city: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    radius_km: float | None = None
    sort: str | None = None
    nothing: bool = False

    @property
    def refined(self) -> bool:
        filters = (self.country_code, self.state_codes, self.city, self.genres, self.radius_km)
        return any(filters) or self.by_name

    @property
    def by_name(self) -> bool:
        return self.sort is not None and self.sort.startswith("name")


async def discover_named(
    list_named: ListNamed[Named], read_named: ReadNamed[Named], shape: Callable[[Named], Shape], asked: NamedAsked
) -> tuple[list[Shape], int]:
    """Return the page's performers or venues (those with most events first) and how many there are."""
    if asked.nothing:
        return [], 0
    if asked.ids:
        rows = [found[0] for identifier in asked.ids if (found := await _read(read_named, identifier)) is not None]
    elif not asked.refined:
        page, total = await list_named(asked.keyword, asked.page.number, asked.page.size)
        return [shape(row) for row in page], total
    else:
        rows, total = await list_named(asked.keyword, 0, REFINED_MAX)
        if total > REFINED_MAX and asked.by_name:
            raise TooMuchToRefine(f"sort={asked.sort}", REFINED_MAX)
        if total > REFINED_MAX:
            raise TooMuchToRefine("Filters other than keyword", REFINED_MAX)
    rows = [row for row in rows if _is_wanted(row, asked)]
    if asked.by_name:
        rows.sort(key=lambda row: (fold(row.name), row.id), reverse=(asked.sort or "").endswith("desc"))
    start = asked.page.number * asked.page.size
    return [shape(row) for row in rows[start : start + asked.page.size]], len(rows)


async def discover_one(read_named: ReadNamed[Named], identity: str) -> tuple[Named, int]:
    """Return a performer or venue, and how many events are coming. Raises `ResourceNotFound`."""
    found = await _read(read_named, identity)
    if found is None:
        raise ResourceNotFound(identity)
    return found


async def _read(read_named: ReadNamed[Named], identity: str) -> tuple[Named, int] | None:
    try:
        return await read_named(identity)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            return None
        raise


def _is_wanted(row: ListedPerformer | ListedVenue, asked: NamedAsked) -> bool:
    if isinstance(row, ListedPerformer):
        return not asked.genres or bool({fold(genre) for genre in row.genres} & {fold(genre) for genre in asked.genres})
    if asked.country_code and row.country_code != asked.country_code:
        return False
    if asked.state_codes and (row.region or "").upper() not in asked.state_codes:
        return False
    if asked.city and fold(row.city) not in {fold(city) for city in asked.city}:
        return False
    if asked.near is None or asked.radius_km is None:
        return True
    place = row.location
    return place is not None and distance_km(asked.near, (place.lat, place.lon)) <= asked.radius_km
