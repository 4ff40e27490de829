"""Read the parameters of `GET /events/search` into a `SearchQuery`, or name the invalid one."""

import re
from collections.abc import Callable, Iterable
from typing import Any, get_args

from admitone.kit.refusal import InvalidParameter, Kind, Refusal
from admitone.search.contracts import FacetName, SearchQuery, SortKey
from admitone.search.domain.when import read_moment

TEXT_LENGTH_MAX = 200
VALUES_MAX = 50
"""Maximum number of repetitions of one parameter."""
SIZE_MAX = 100
DEPTH_MAX = 10_000
"""Maximum number of hits reachable by paging. Clients that need more narrow the search."""
SUGGEST_SIZE_MAX = 20
SUGGEST_SIZE_DEFAULT = 8
RADIUS_KM_MAX = 20_040.0
"""Half of the globe's circumference in km: no place is farther away."""
AMOUNT_MAX = 10**12
WHOLE = re.compile(r"0|[1-9][0-9]{0,14}")
DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,15})?")
"""The syntax of a number: `float` alone would accept 1e3, +5, 1_0 and the digits of other scripts."""


class TooDeep(Refusal):
    """`page * size` reaches `DEPTH_MAX`."""

    code = "too-deep"
    kind = Kind.MALFORMED


Parameters = Iterable[tuple[str, str]]
"""Decoded (name, value) pairs in the order of the request."""


def parse_search(parameters: Parameters) -> SearchQuery:
    """Return the checked query. Raises `InvalidParameter` (naming it) or `TooDeep`."""
    values = _collect(parameters, _READERS)
    fields: dict[str, Any] = {}
    for name, texts in values.items():
        fields |= _READERS[name](name, texts)
    query = SearchQuery(**fields)
    check_query(query)
    return query


def check_query(query: SearchQuery) -> None:
    """Check the constraints between the fields of a query from any source. Raises `InvalidParameter` or `TooDeep`."""
    if query.radius_km is not None and query.near is None:
        raise InvalidParameter("radius_km", "A radius needs a centre: give `near` too.")
    if query.sort == "distance" and query.near is None:
        raise InvalidParameter("sort", "Sorting by distance needs a centre: give `near` too.")
    for name, text in (("starts_from", query.starts_from), ("starts_to", query.starts_to)):
        if text is not None:
            _moment(name, [text])
    if query.page * query.size >= DEPTH_MAX:
        detail = f"Only the first {DEPTH_MAX:,} hits can be paged to. Narrow the search instead."
        raise TooDeep(detail, parameter="page")


def parse_suggest(parameters: Parameters) -> tuple[str, int, str | None]:
    """Return (the typed text, the maximum number of suggestions, the city). Raises `InvalidParameter`."""
    readers: dict[str, Reader] = {"q": _text, "size": _whole(1, SUGGEST_SIZE_MAX), "city": _name}
    values = _collect(parameters, readers)
    read = {name: readers[name](name, texts)[name] for name, texts in values.items()}
    return read.get("q", ""), read.get("size", SUGGEST_SIZE_DEFAULT), read.get("city")


Reader = Callable[[str, list[str]], dict[str, Any]]


def _collect(parameters: Parameters, readers: dict[str, Reader]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, text in parameters:
        if name not in readers:
            raise InvalidParameter(name[:100], f"There is no such parameter. Known are {', '.join(readers)}.")
        values.setdefault(name, []).append(text)
        if len(values[name]) > VALUES_MAX:
            raise InvalidParameter(name, f"It may be given at most {VALUES_MAX} times.")
    return values


def _single(name: str, texts: list[str]) -> str:
    if len(texts) != 1:
        raise InvalidParameter(name, "It may be given only once.")
    return texts[0]


def _text(name: str, texts: list[str]) -> dict[str, Any]:
    text = _single(name, texts)
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidParameter(name, f"At most {TEXT_LENGTH_MAX} characters.")
    return {name: text.strip()}


def _some(name: str, text: str) -> str:
    text = text.strip()
    if not text or len(text) > TEXT_LENGTH_MAX:
        raise InvalidParameter(name, f"From 1 to {TEXT_LENGTH_MAX} characters.")
    return text


def _one_of_any(name: str, texts: list[str]) -> dict[str, Any]:
    return {name: tuple(dict.fromkeys(_some(name, text) for text in texts))}


def _name(name: str, texts: list[str]) -> dict[str, Any]:
    return {name: _some(name, _single(name, texts))}


def _code(length: int, example: str) -> Reader:
    def read(name: str, texts: list[str]) -> dict[str, Any]:
        text = _single(name, texts)
        if not (len(text) == length and text.isascii() and text.isalpha()):
            raise InvalidParameter(name, f"{length} letters are needed, such as {example}.")
        return {name: text.upper()}

    return read


def _whole(lowest: int, highest: int) -> Reader:
    def read(name: str, texts: list[str]) -> dict[str, Any]:
        text = _single(name, texts)
        if not (WHOLE.fullmatch(text) and lowest <= int(text) <= highest):
            raise InvalidParameter(name, f"A whole number from {lowest:,} to {highest:,} is needed.")
        return {name: int(text)}

    return read


def _moment(name: str, texts: list[str]) -> dict[str, Any]:
    text = _single(name, texts)
    try:
        read_moment(text)
    except ValueError as error:
        raise InvalidParameter(
            name, "A day (2026-12-31) or an instant with its zone (2026-12-31T19:30:00Z) is needed."
        ) from error
    return {name: text}


def _near(name: str, texts: list[str]) -> dict[str, Any]:
    parts = _single(name, texts).split(",")
    numbers = [_number(part) for part in parts]
    if len(parts) != 2 or None in numbers:
        raise InvalidParameter(name, "Latitude and longitude in degrees are needed: 40.71,-74.01.")
    latitude, longitude = (number for number in numbers if number is not None)
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise InvalidParameter(name, "Latitude is from -90 to 90, longitude from -180 to 180.")
    return {name: (latitude, longitude)}


def _radius(name: str, texts: list[str]) -> dict[str, Any]:
    number = _number(_single(name, texts))
    if number is None or not 0 < number <= RADIUS_KM_MAX:
        raise InvalidParameter(name, f"A number above 0, at most {RADIUS_KM_MAX:,.0f}, is needed.")
    return {name: number}


def _number(text: str) -> float | None:
    return float(text) if DECIMAL.fullmatch(text) else None


def _on_sale(name: str, texts: list[str]) -> dict[str, Any]:
    text = _single(name, texts)
    if text not in ("now", "soon"):
        raise InvalidParameter(name, "It is `now` or `soon`.")
    return {name: text}


def _sort(name: str, texts: list[str]) -> dict[str, Any]:
    text = _single(name, texts)
    key = text.removeprefix("-")
    if key not in get_args(SortKey):
        raise InvalidParameter(name, f"One of {', '.join(get_args(SortKey))}, with `-` in front to reverse it.")
    return {"sort": key, "reverse": text != key}


def _yes_or_no(name: str, texts: list[str]) -> dict[str, Any]:
    text = _single(name, texts)
    if text not in ("true", "false"):
        raise InvalidParameter(name, "It is `true` or `false`.")
    return {name: text == "true"}


def _facets(name: str, texts: list[str]) -> dict[str, Any]:
    facets = [facet.strip() for text in texts for facet in text.split(",")]
    for facet in facets:
        if facet not in get_args(FacetName):
            raise InvalidParameter(name, f"A list of {', '.join(get_args(FacetName))}, with commas between.")
    return {name: tuple(dict.fromkeys(facets))}


_READERS: dict[str, Reader] = {
    "q": _text,
    "city": _one_of_any,
    "country_code": _code(2, "US"),
    "segment": _one_of_any,
    "genre": _one_of_any,
    "performer_id": _name,
    "venue_id": _name,
    "starts_from": _moment,
    "starts_to": _moment,
    "near": _near,
    "radius_km": _radius,
    "price_max": _whole(0, AMOUNT_MAX),
    "currency": _code(3, "EUR"),
    "on_sale": _on_sale,
    "sort": _sort,
    "page": _whole(0, DEPTH_MAX * SIZE_MAX),
    "size": _whole(1, SIZE_MAX),
    "facets": _facets,
    "highlight": _yes_or_no,
    "collapse": _yes_or_no,
    "understand": _yes_or_no,
}
