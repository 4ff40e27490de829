"""The seat maps that a process used last. They never change, so nothing here is ever stale."""

from collections import OrderedDict

from admitone.catalogue.contracts import SeatMap

SEAT_MAPS_MAX = 64
"""A map of 40,000 seats takes about 15 MB as objects; few houses of that size are on sale at once."""


class SeatMapCache:
    """Least recently used first out."""

    def __init__(self, seat_maps_max: int = SEAT_MAPS_MAX) -> None:
        self._seat_maps_max = seat_maps_max
        self._seat_maps: OrderedDict[str, SeatMap] = OrderedDict()

    def get(self, seat_map_id: str) -> SeatMap | None:
        found = self._seat_maps.get(seat_map_id)
        if found is not None:
            self._seat_maps.move_to_end(seat_map_id)
        return found

    def put(self, seat_map: SeatMap) -> None:
        self._seat_maps[seat_map.id] = seat_map
        self._seat_maps.move_to_end(seat_map.id)
        while len(self._seat_maps) > self._seat_maps_max:
            self._seat_maps.popitem(last=False)
