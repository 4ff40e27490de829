"""The contract of seat locks for the waiting list: places that are withheld, and holds that PostgreSQL grants."""

from admitone.booking.ports import LoadedInventory, PlaceState
from tests.ports.lock_box import FLOOR, SEATS, SHOW, Box, a_sale, lock, shown, version


def waited_for(states: bytes = b"a" * (SEATS + FLOOR)) -> LoadedInventory:
    sale = a_sale(states=states)
    return LoadedInventory(SHOW, sale.epoch, SEATS, states, sale.holds, sale.areas, waits=True)


def places(*seats: int, floor: tuple[int, ...] = ()) -> tuple[PlaceState, ...]:
    return (*(PlaceState(seat, None, "h") for seat in seats), *(PlaceState(index, "floor", "h") for index in floor))


async def test_while_people_wait_what_a_hold_leaves_is_not_free(box: Box) -> None:
    await box.locks.load(waited_for())
    await lock(box, "ada", 2, 3, floor=2)
    await lock(box, "ben", 5, hold_seconds=1)
    await lock(box, "cleo", 7, floor=1)

    await box.locks.release(SHOW, "ada")
    await box.locks.release(SHOW, "cleo", is_claimed=False)
    await box.wait(1.2)
    await box.locks.free_lapsed(SHOW)

    assert await shown(box) == ("aabbabaaaa", FLOOR - 2)
    await box.locks.publish(SHOW, 1, (PlaceState(2, None, "a"), PlaceState(SEATS, "floor", "a")))
    assert await shown(box) == ("aaababaaaa", FLOOR - 1)


async def test_a_granted_hold_is_a_hold_like_any_other(box: Box) -> None:
    await box.locks.load(a_sale(states=b"bbaaaaaaaa" + b"ba" + b"a" * (FLOOR - 2)))
    before = await version(box)

    granted = await box.locks.grant(SHOW, "ada", 60_000, places(0, 2, floor=(SEATS, SEATS + 1)))
    after = await version(box)
    again = await box.locks.grant(SHOW, "ada", 60_000, places(0, 2, floor=(SEATS, SEATS + 1)))

    assert (granted, again) == (True, True)
    assert await shown(box) == ("hbhaaaaaaa", FLOOR - 2)
    assert after > before
    assert await version(box) == after
    await box.locks.release(SHOW, "ada")
    assert await shown(box) == ("abaaaaaaaa", FLOOR)
    await box.locks.grant(SHOW, "ben", 60_000, places(1))
    assert await box.locks.sell(SHOW, "ben", (1,))
    assert await shown(box) == ("asaaaaaaaa", FLOOR)


async def test_a_place_of_another_booking_is_not_granted(box: Box) -> None:
    assert not await box.locks.grant(SHOW, "ada", 60_000, places(0))
    await box.locks.load(a_sale(states=b"saaaaaaaaa" + b"a" * FLOOR))
    await lock(box, "ben", 3)

    assert not await box.locks.grant(SHOW, "ada", 60_000, places(2, 3))
    assert not await box.locks.grant(SHOW, "ada", 60_000, places(0))
    assert await shown(box) == ("saahaaaaaa", FLOOR)


async def test_a_granted_hold_ends_by_the_servers_clock(box: Box) -> None:
    await box.locks.load(a_sale())
    await box.locks.grant(SHOW, "ada", 500, places(4))

    await box.wait(0.7)

    assert await box.locks.free_lapsed(SHOW) == 1
    assert await shown(box) == ("aaaaaaaaaa", FLOOR)
