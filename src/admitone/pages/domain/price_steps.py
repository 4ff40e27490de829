"""Choose price filters: steps of the currency that most of the found events have."""

from collections import Counter
from typing import Any


def main_currency(entries: list[dict[str, Any]]) -> str | None:
    """Return the most frequent currency among the `price` facet's entries."""
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry["currency"]] += entry["count"]
    return max(counts, key=lambda name: counts[name]) if counts else None


def price_steps(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the `price` facet's entries with an upper end, of the most frequent currency."""
    currency = main_currency(entries)
    return [entry for entry in entries if entry["currency"] == currency and "max" in entry]
