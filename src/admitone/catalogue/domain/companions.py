"""Which wheelchair place a companion seat belongs to: the plan marks both, and says nothing of pairs."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from admitone.catalogue.domain.geometry import GeometrySeat, GeometrySection

PLACE, COMPANION = "accessible", "companion"


def pair_companions(sections: Iterable[GeometrySection]) -> tuple[tuple[int, int], ...]:
    """Return (companion seat, its wheelchair place) by index, in the order of the companion seats.

    A companion seat belongs to a place of its own bay (wheelchair places and companion seats side by side in a row):
    to the one that has the fewest yet, and of these to the nearest. Without such a bay (companions who sit behind) to
    the nearest place of the section. In a section without wheelchair places the mark means nothing.
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
        for bay in _bays(marked):
            companions = [seat for seat in bay if PLACE not in seat.attributes]
            places = [seat for seat in bay if PLACE in seat.attributes]
            pairs |= _share(companions, places) if places else _nearest(companions, everywhere)
    return tuple(sorted(pairs.items()))


def _bays(rows: Iterable[Sequence[GeometrySeat]]) -> Iterator[list[GeometrySeat]]:
    for seats in rows:
        for _, stretch in groupby(enumerate(seats), key=lambda one: one[1].index - one[0]):
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


def _distance(one: GeometrySeat, other: GeometrySeat) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)
