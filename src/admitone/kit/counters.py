"""Counters whose series exist before their first event: Prometheus sees no increase in a series that appears with 1."""

from collections.abc import Iterable

from prometheus_client import Counter


def make_counter(name: str, documentation: str, label: str, values: Iterable[str]) -> Counter:
    """Return a counter with one label, at 0 for each of its known `values`."""
    counter = Counter(name, documentation, [label])
    for value in values:
        counter.labels(value)
    return counter
