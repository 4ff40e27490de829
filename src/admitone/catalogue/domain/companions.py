"""Pair companion seats with wheelchair places: the plan marks both, and does not pair them."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from admitone.catalogue.domain.geometry import GeometrySeat, GeometrySection

PLACE, COMPANION = "accessible", "companion"


def pair_companions(sections: Iterable[GeometrySection]) -> tuple[tuple[int, int], ...]:
    """Return (companion seat, its wheelchair place) by index, in the order of the companion seats.

    A companion seat belongs to a place of its own group (wheelchair places and companion seats side by side in a row):
    to the one with the fewest companions so far, and of these to the nearest. Without such a group (companions who sit
    behind) to the nearest place of the section. In a section without wheelchair places the mark means nothing.
    """
    pairs: dict[int, int] = {}
    for section in sections:
        marked = [
            [seat for seat in row.seats if PLACE in seat.attributes or COMPANION in seat.attributes]
            for row in section.rows
        ]
        everywhere = [seat for row in marked for seat in row if PLACE in seat.attributes]
        if not everywhere:
            continue
        for group in _accessible_groups(marked):
            companions = [seat for seat in group if PLACE not in seat.attributes]
            places = [seat for seat in group if PLACE in seat.attributes]
            pairs |= _share(companions, places) if places else _nearest(companions, everywhere)
    return tuple(sorted(pairs.items()))


def _accessible_groups(rows: Iterable[Sequence[GeometrySeat]]) -> Iterator[list[GeometrySeat]]:
    for seats in rows:
        for _, stretch in groupby(enumerate(seats), key=lambda seat: seat[1].index - seat[0]):
            yield [seat for _, seat in stretch]


def _share(companions: Sequence[GeometrySeat], places: Sequence[GeometrySeat]) -> dict[int, int]:
    given = dict.fromkeys((place.index for place in places), 0)
    pairs: dict[int, int] = {}
    for seat in companions:
        _, _, index = min((given[place.index], _distance(seat, place), place.index) for place in places)
        given[index] += 1
        pairs[seat.index] = index
    return pairs


def _nearest(companions: Sequence[GeometrySeat], places: Sequence[GeometrySeat]) -> dict[int, int]:
    return {seat.index: min((_distance(seat, place), place.index) for place in places)[1] for seat in companions}


def _distance(seat: GeometrySeat, other: GeometrySeat) -> float:
    return math.hypot(seat.x - other.x, seat.y - other.y)
