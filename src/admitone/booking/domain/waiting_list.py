"""The waiting list of a sold-out event: who is offered which freed places, and for how long."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from admitone.booking.domain import picking
from admitone.booking.domain.companions import hide_reserved
from admitone.booking.domain.sale_plan import SalePlan

OFFER_SECONDS_MIN = 300
"""An offer lasts at least this long near the end of the sale, unless the sale ends before."""
OFFER_SHARE = 4
"""An offer lasts at most this part of the time until the sale ends, so that several people can have their turn."""
LAST_OFFER_SECONDS = 60
"""With less time until the end of the sale, no offer is made: freed places go on sale to everybody."""


class Wish(Struct, frozen=True):
    """What one entry waits for. `level_id` None: any price level. `together`: only seats side by side."""

    entry_id: str
    quantity: int
    level_id: str | None
    together: bool


class FreePlace(Struct, frozen=True):
    """A place that can be offered."""

    index: int
    level_id: str
    area_id: str | None


def offer_seconds(setting_seconds: int, now: datetime, ends_at: datetime | None) -> int | None:
    """Return how long an offer that is made now lasts; None: no offer is made any more."""
    if ends_at is None:
        return setting_seconds
    left = int((ends_at - now).total_seconds())
    if left < LAST_OFFER_SECONDS:
        return None
    return min(setting_seconds, max(OFFER_SECONDS_MIN, left // OFFER_SHARE), left)


def match_offers(
    plan: SalePlan, places: Sequence[FreePlace], wishes: Iterable[Wish]
) -> Iterator[tuple[Wish, tuple[int, ...]]]:
    """Yield (wish, places) in the order of the wishes; each place is offered once.

    A wish that the free places cannot fulfil is passed over: the places go to the first one that they suffice for.
    """
    stock = _Stock(plan, places)
    for wish in wishes:
        if not stock.left:
            return
        chosen = stock.take(wish)
        if chosen:
            yield wish, chosen


def can_fulfil(plan: SalePlan, places: Sequence[FreePlace], wish: Wish) -> bool:
    """Return whether these places suffice for the wish, so that there is nothing to wait for."""
    return bool(_Stock(plan, places).take(wish))


class _Stock:
    """The places that are not offered yet. Seats reserved for accessibility are never offered: they go on sale."""

    def __init__(self, plan: SalePlan, places: Sequence[FreePlace]) -> None:
        self._plan = plan
        size = len(plan.seat_index.seats)
        states = bytearray(b"b" * size)
        self._areas: dict[str, list[FreePlace]] = {}
        for place in places:
            if place.area_id is not None:
                self._areas.setdefault(place.area_id, []).append(place)
            elif place.index < size:
                states[place.index] = picking.FREE
        self._states = bytearray(hide_reserved(plan, states))
        self._level_of_seat = {place.index: place.level_id for place in places if place.area_id is None}
        self.left = self._states.count(b"a") + sum(map(len, self._areas.values()))

    def take(self, wish: Wish) -> tuple[int, ...]:
        if wish.quantity > self.left:
            return ()
        chosen = self._seats(wish) or self._in_area(wish)
        self.left -= len(chosen)
        return tuple(chosen)

    def _seats(self, wish: Wish) -> list[int]:
        """Side by side where possible; apart only where the entry accepts it."""

        def allowed(index: int) -> bool:
            return wish.level_id in (None, self._level_of_seat[index])

        index = self._plan.seat_index
        chosen = picking.pick_best(index, bytes(self._states), wish.quantity, allowed, together=wish.together)
        for seat in chosen or ():
            self._states[seat] = ord("h")
        return chosen or []

    def _in_area(self, wish: Wish) -> list[int]:
        for places in self._areas.values():
            if len(places) >= wish.quantity and wish.level_id in (None, places[0].level_id):
                chosen = [place.index for place in places[: wish.quantity]]
                del places[: wish.quantity]
                return chosen
        return []
