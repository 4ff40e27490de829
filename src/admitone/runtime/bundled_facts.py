"""Read the facts bundled with the sample data: credits, and names of cities in other languages."""

import gzip
from functools import cache
from pathlib import Path

import msgspec

from admitone.pages.contracts import Attribution
from admitone.search.domain.entities import city_key

SAMPLE_FOLDER = Path(__file__).parents[1] / "sample"


class _City(msgspec.Struct):
    name: str
    country: str
    aliases: tuple[str, ...] = ()


@cache
def read_attributions() -> tuple[Attribution, ...]:
    """Return the sources of the sample data; empty if the sample is not installed."""
    path = SAMPLE_FOLDER / "attribution.json"
    return msgspec.json.decode(path.read_bytes(), type=tuple[Attribution, ...]) if path.exists() else ()


@cache
def read_city_aliases() -> dict[str, tuple[str, ...]]:
    """Return `city_key` → names in other languages; empty if the sample is not installed."""
    path = SAMPLE_FOLDER / "cities.jsonl.gz"
    if not path.exists():
        return {}
    with gzip.open(path) as lines:
        cities = [msgspec.json.decode(line, type=_City) for line in lines]
    return {city_key(city.name, city.country): city.aliases for city in cities if city.aliases}
