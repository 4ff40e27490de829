"""Publish places as PostgreSQL has them, without a lock, on every implementation."""

from admitone.booking.ports import Locked, PlaceState, Taken
from tests.ports.lock_box import FLOOR, SEATS, SHOW, Box, a_sale, lock, shown, version


async def test_places_are_shown_as_the_database_has_them(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0)
    await lock(box, "ben", 1, 2, floor=1)
    await box.locks.sell(SHOW, "ben", (1, 2, SEATS))
    free = tuple(PlaceState(index, "floor" if index >= SEATS else None, "a") for index in (0, 1, SEATS))
    blocked = (PlaceState(2, None, "b"), PlaceState(3, None, "b"), PlaceState(SEATS + 1, "floor", "b"))

    answers = [await box.locks.publish(SHOW, epoch, free + blocked) for epoch in (2, 1, 1)]
    older = await box.locks.publish(SHOW, 0, (PlaceState(3, None, "a"),))

    assert (answers, older) == ([False, True, True], True)
    assert await shown(box) == ("habbaaaaaa", FLOOR - 1)


async def test_a_sale_without_a_lock_is_shown_as_sold_and_no_hold_frees_it(box: Box) -> None:
    await box.locks.load(a_sale())
    held = await lock(box, "ada", 0, floor=1)
    assert isinstance(held, Locked)
    of_the_hold, free = held.places[0][0], SEATS + FLOOR - 1
    sold = (
        *(PlaceState(0, None, "s"), PlaceState(5, None, "s")),
        *(PlaceState(of_the_hold, "floor", "s"), PlaceState(free, "floor", "s")),
    )

    before = await version(box)
    assert await box.locks.publish(SHOW, 1, sold)
    seen = await shown(box)
    assert await box.locks.publish(SHOW, 1, sold)
    assert await version(box) == before + 1
    await box.locks.release(SHOW, "ada")

    assert seen == ("saaaasaaaa", FLOOR - 2)
    assert await shown(box) == seen
    assert await lock(box, "bob", 5) == Taken((5,))
