"""Places that are shown as PostgreSQL has them, past what the locks know, whoever keeps them."""

from admitone.booking.ports import Locked, ShownPlace, Taken
from tests.ports.lock_box import FLOOR, SEATS, SHOW, Box, a_sale, lock, shown, version


async def test_places_are_shown_as_the_database_has_them(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0)
    await lock(box, "ben", 1, 2, floor=1)
    await box.locks.sell(SHOW, "ben", (1, 2, SEATS))
    free = tuple(ShownPlace(index, "floor" if index >= SEATS else None, "a") for index in (0, 1, SEATS))
    blocked = (ShownPlace(2, None, "b"), ShownPlace(3, None, "b"), ShownPlace(SEATS + 1, "floor", "b"))

    answers = [await box.locks.show(SHOW, epoch, free + blocked) for epoch in (2, 1, 1)]
    older = await box.locks.show(SHOW, 0, (ShownPlace(3, None, "a"),))

    assert (answers, older) == ([False, True, True], True)
    assert await shown(box) == ("habbaaaaaa", FLOOR - 1)


async def test_what_was_sold_past_the_locks_is_shown_as_sold_and_no_hold_frees_it(box: Box) -> None:
    await box.locks.load(a_sale())
    held = await lock(box, "ada", 0, floor=1)
    assert isinstance(held, Locked)
    of_the_hold, free = held.places[0][0], SEATS + FLOOR - 1
    sold = (
        *(ShownPlace(0, None, "s"), ShownPlace(5, None, "s")),
        *(ShownPlace(of_the_hold, "floor", "s"), ShownPlace(free, "floor", "s")),
    )

    before = await version(box)
    assert await box.locks.show(SHOW, 1, sold)
    seen = await shown(box)
    assert await box.locks.show(SHOW, 1, sold)
    assert await version(box) == before + 1
    await box.locks.release(SHOW, "ada")

    assert seen == ("saaaasaaaa", FLOOR - 2)
    assert await shown(box) == seen
    assert await lock(box, "bob", 5) == Taken((5,))
