"""Which prices to offer as filters: steps of the one currency that most of the found events have."""

from collections import Counter
from typing import Any


def price_steps(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The `price` facet's entries with an upper end, of the most frequent currency."""
    counts: Counter[str] = Counter()
    for entry in entries:
        counts[entry["currency"]] += entry["count"]
    if not counts:
        return []
    currency = max(counts, key=lambda name: counts[name])
    return [entry for entry in entries if entry["currency"] == currency and "max" in entry]
