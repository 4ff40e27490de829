"""Read and write the address of a list of results, which is its whole state. Ignore unreadable parameters, never a 400.

Parameters are those of `GET /events/search`, so that an address of the page and one of the API differ only in the path.
"""

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import get_args
from urllib.parse import urlencode

from msgspec import Struct

from admitone.search.contracts import FacetName, SearchQuery, SortKey

MANY = ("segment", "genre", "city")
ONE = (
    "country_code",
    "performer_id",
    "venue_id",
    "starts_from",
    "starts_to",
    "near",
    "radius_km",
    "price_max",
    "currency",
    "on_sale",
    "sort",
    "understand",
)
_KNOWN = ("q", *MANY, *ONE, "page")
PAGE_SIZE = 24
_RESULTS_MAX = 10_000
_TEXT_MAX = 200
_VALUES_MAX = 40
_PRICE_MAX = 2**53
_RADIUS_KM_MAX = 20_000


class SearchState(Struct, frozen=True):
    """Cleaned parameters in a fixed order, so that one search has one address, which caches need."""

    pairs: tuple[tuple[str, str], ...] = ()

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.pairs if key == name)

    def value(self, name: str) -> str | None:
        return next(iter(self.values(name)), None)

    def url(self, path: str = "/search") -> str:
        return f"{path}?{urlencode(self.pairs)}" if self.pairs else path

    def with_values(self, **changes: str | None) -> "SearchState":
        """Replace these parameters (None removes); every change returns to the first page."""
        kept = [(key, value) for key, value in self.pairs if key not in changes and key != "page"]
        return read_search_state([*kept, *((key, value) for key, value in changes.items() if value is not None)])

    def without(self, *names: str) -> "SearchState":
        return self.with_values(**dict.fromkeys(names))

    def toggled(self, name: str, value: str) -> "SearchState":
        """Add or remove a value of a repeatable filter."""
        kept = [pair for pair in self.pairs if pair != (name, value) and pair[0] != "page"]
        return read_search_state(kept if (name, value) in self.pairs else [*kept, (name, value)])

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.pairs

    @property
    def page(self) -> int:
        return int(self.value("page") or 0)

    def at_page(self, number: int) -> "SearchState":
        return read_search_state([*self.without("page").pairs, ("page", str(number))])

    def query(self, facets: tuple[FacetName, ...] = (), size: int = PAGE_SIZE) -> SearchQuery:
        """Return the query for the search slice."""
        sort = self.value("sort") or ""
        near = self.value("near")
        latitude, longitude = map(float, near.split(",")) if near else (0.0, 0.0)
        return SearchQuery(
            q=self.value("q") or "",
            city=self.values("city"),
            country_code=self.value("country_code"),
            segment=self.values("segment"),
            genre=self.values("genre"),
            performer_id=self.value("performer_id"),
            venue_id=self.value("venue_id"),
            starts_from=self.value("starts_from"),
            starts_to=self.value("starts_to"),
            near=(latitude, longitude) if near else None,
            radius_km=float(self.value("radius_km") or 0) or None,
            price_max=int(self.value("price_max") or 0) or None,
            currency=self.value("currency"),
            on_sale=self.value("on_sale"),  # type: ignore[arg-type]  # checked by _ACCEPTS
            sort=sort.removeprefix("-") or None,  # type: ignore[arg-type]  # checked by _ACCEPTS
            reverse=sort.startswith("-"),
            page=self.page,
            size=size,
            facets=facets,
            highlight=True,
            collapse=True,
            understand=self.value("understand") is None,
        )


def read_search_state(pairs: Iterable[tuple[str, str]]) -> SearchState:
    """Return the readable parameters; repeatable ones sorted, of the others the last value."""
    many: dict[str, set[str]] = {name: set() for name in MANY}
    values: dict[str, str] = {}
    for name, raw in pairs:
        value = raw.replace("\0", "").strip()[:_TEXT_MAX]
        if not value or name not in _KNOWN or not _accepts(name, value):
            continue
        if name in MANY and len(many[name]) < _VALUES_MAX:
            many[name].add(value)
        elif name not in MANY:
            values[name] = value
    if values.get("sort", "").endswith("distance") and "near" not in values:
        del values["sort"]
    if "near" not in values:
        values.pop("radius_km", None)
    if "currency" not in values:  # an amount without its currency has no meaning
        values.pop("price_max", None)
    cleaned: list[tuple[str, str]] = []
    for name in _KNOWN:
        cleaned += [(name, value) for value in sorted(many.get(name, ()))]
        cleaned += [(name, values[name])] if name in values else []
    return SearchState(tuple(cleaned))


def _accepts(name: str, value: str) -> bool:
    """Return whether the search slice accepts this value."""
    if any("\ud800" <= character <= "\udfff" for character in value):
        return False
    match name:
        case "starts_from" | "starts_to":
            return _is_moment(value)
        case "near":
            return _is_point(value)
        case "radius_km":
            return _is_number(value) and 0 < float(value) <= _RADIUS_KM_MAX
        case "price_max":
            return value.isascii() and value.isdigit() and 0 < int(value) < _PRICE_MAX
        case "page":
            return value.isascii() and value.isdigit() and 0 < int(value) < _RESULTS_MAX // PAGE_SIZE
        case "country_code":
            return len(value) == 2 and value.isascii() and value.isalpha()
        case "currency":
            return len(value) == 3 and value.isascii() and value.isalpha()
        case "understand":
            return value == "false"
        case "on_sale":
            return value in ("now", "soon")
        case "sort":
            return value.removeprefix("-") in get_args(SortKey)
        case _:
            return True


def _is_moment(value: str) -> bool:
    """Return whether the text is a day, or an instant with its zone."""
    try:
        if len(value) == len("2026-12-31"):
            date.fromisoformat(value)
            return value[4] == "-" and value[7] == "-"
        return "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except (ValueError, IndexError):
        return False


def _is_point(value: str) -> bool:
    parts = value.split(",")
    if len(parts) != 2 or not all(map(_is_number, parts)):
        return False
    return abs(float(parts[0])) <= 90 and abs(float(parts[1])) <= 180


def _is_number(value: str) -> bool:
    try:
        return math.isfinite(float(value))
    except ValueError:
        return False
