"""Merge numbered changes: the delta that leads from the state of version v to the newest."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct


class Change(Struct, frozen=True):
    """One entry of an event's stream. `is_reset`: the event was loaded again, no delta leads there."""

    version: int
    seats: dict[str, tuple[int, ...]]
    """State (a, h, s, b) → indexes that are in it now."""
    areas: dict[str, int]
    """General-admission section → places available now."""
    is_reset: bool = False
    notice: bytes | None = None
    """JSON of a change of the event itself (`booking.contracts.Notice`)."""


class Delta(Struct, frozen=True):
    """The public body of `event: delta`; later changes have overwritten earlier ones of the same seat."""

    version: int
    changes: dict[str, list[int]]
    areas: dict[str, dict[str, int]]


def merge_changes(changes: Iterable[Change], capacities: dict[str, int]) -> Delta | None:
    """Return one delta for changes in version order, or None if there are none.

    Applying it to any state between the first change's and the last's gives the last's: entries are absolute.
    """
    state_of: dict[int, str] = {}
    areas: dict[str, int] = {}
    version = None
    for change in changes:
        version = change.version
        for state, indexes in change.seats.items():
            state_of.update(dict.fromkeys(indexes, state))
        areas.update(change.areas)
    if version is None:
        return None
    by_state: dict[str, list[int]] = {}
    for index in sorted(state_of):
        by_state.setdefault(state_of[index], []).append(index)
    shown = {area: {"capacity": capacities.get(area, 0), "available": count} for area, count in areas.items()}
    return Delta(version, by_state, shown)


def notice_event(json: bytes) -> bytes:
    """Encode a notice. It has no id: a client resumes from the seats that it has."""
    return b"event: notice\ndata: %b\n\n" % json


def server_sent_event(event: str, version: int, body: Struct) -> bytes:
    """Encode one event as the WHATWG "Server-sent events" standard says; JSON has no newline in it."""
    return b"event: %b\nid: %d\ndata: %b\n\n" % (event.encode(), version, msgspec.json.encode(body))
