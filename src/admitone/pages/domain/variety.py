"""A wall of posters wants variety: an orchestra with five concerts a week must not fill it alone."""

from collections import defaultdict
from typing import Any


def vary_events(events: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """`count` of the events, taken in turns from each headliner, in the order in which they came."""
    seen: defaultdict[str, int] = defaultdict(int)
    turns: list[tuple[int, int]] = []
    for place, event in enumerate(events):
        headliner = event["performers"][0]["id"] if event["performers"] else event["id"]
        turns.append((seen[headliner], place))
        seen[headliner] += 1
    return [events[place] for place in sorted(place for _, place in sorted(turns)[:count])]
