"""Vary a list of posters: an orchestra with five concerts a week must not fill it alone."""

from collections import defaultdict
from typing import Any


def vary_events(events: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """Return `count` of the events, taking turns between headliners in their order."""
    seen: defaultdict[str, int] = defaultdict(int)
    turns: list[tuple[int, int]] = []
    for place, event in enumerate(events):
        headliner = event["performers"][0]["id"] if event["performers"] else event["id"]
        turns.append((seen[headliner], place))
        seen[headliner] += 1
    return [events[place] for place in sorted(place for _, place in sorted(turns)[:count])]
