"""Facets: assign events to values, and order the values."""

from typing import Any

from admitone.kit.money import currency_exponent

_EDGES_MAJOR = (25, 50, 100, 200)
_SMALL_UNIT_FACTOR = 100
"""For a currency without a minor unit (yen), the major unit is worth about a hundredth of a dollar."""

VALUES_MAX = 1_000
"""Maximum number of values of one facet in a response, the most frequent ones."""


def price_bucket(price_min: int, currency: str) -> str:
    """`(4500, "USD")` → `"USD:2500-5000"`: from (inclusive) to (exclusive) in minor units; the last bucket is open."""
    exponent = currency_exponent(currency)
    scale = 10**exponent if exponent else _SMALL_UNIT_FACTOR
    edges = [0, *(edge * scale for edge in _EDGES_MAJOR)]
    lower = max(edge for edge in edges if edge <= max(0, price_min))
    upper = next((edge for edge in edges if edge > lower), None)
    return f"{currency}:{lower}-{'' if upper is None else upper}"


def facet_values(name: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return `[{"value", "count"}]`, most frequent first (months by time, prices by currency and amount).

    A price's entry also has `currency`, `min` and, unless it is open, `max` (exclusive), in minor units.
    """
    if name == "price":
        return sorted((_price_value(value, count) for value, count in counts.items()), key=_price_order)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:VALUES_MAX]
    if name == "month":
        ranked.sort()
    return [{"value": value, "count": count} for value, count in ranked]


def _price_value(value: str, count: int) -> dict[str, Any]:
    currency, _, amounts = value.partition(":")
    lower, _, upper = amounts.partition("-")
    entry: dict[str, Any] = {"value": value, "count": count, "currency": currency, "min": int(lower)}
    return {**entry, "max": int(upper)} if upper else entry


def _price_order(entry: dict[str, Any]) -> tuple[str, int]:
    return entry["currency"], entry["min"]
