"""Seats that are sold at another price level than their category's: ranges of indexes, stored with the level."""

from collections.abc import Iterable, Mapping

import msgspec

from admitone.catalogue.contracts import PriceLevel


def move_seats(levels: tuple[PriceLevel, ...], moves: Mapping[int, str | None]) -> tuple[PriceLevel, ...]:
    """Return the levels after it; `moves`: seat index → level id, or None for its category's price."""
    kept = {index: level_id for index, level_id in level_of_repriced(levels).items() if index not in moves}
    level_of = kept | {index: level_id for index, level_id in moves.items() if level_id is not None}
    indexes: dict[str, list[int]] = {}
    for index, level_id in level_of.items():
        indexes.setdefault(level_id, []).append(index)
    return tuple(msgspec.structs.replace(level, seat_ranges=ranges_of(indexes.get(level.id, ()))) for level in levels)


def level_of_repriced(levels: Iterable[PriceLevel]) -> dict[int, str]:
    """Return seat index → level id of those that are repriced."""
    return {
        index: level.id for level in levels for first, last in level.seat_ranges for index in range(first, last + 1)
    }


def ranges_of(indexes: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the smallest set of ranges (first, last) that contains these indexes."""
    ranges: list[tuple[int, int]] = []
    for index in sorted(indexes):
        if ranges and index == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], index)
        else:
            ranges.append((index, index))
    return tuple(ranges)
