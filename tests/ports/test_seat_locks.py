"""The contract of seat locks: Redis, and its double on virtual time."""

import asyncio

from admitone.booking.contracts import AreaCount, SeatSnapshot
from admitone.booking.ports import (
    HeldAlready,
    Insufficient,
    LoadedHold,
    LoadedInventory,
    Locked,
    LockRequest,
    NotLoaded,
    Orphaned,
    Taken,
)
from tests.ports.lock_box import FLOOR, SEATS, SHOW, Box, a_sale, lock, shown, version


async def test_an_event_that_is_not_loaded_locks_nothing(box: Box) -> None:
    assert await lock(box, "ada", 1) == NotLoaded()
    assert await box.locks.snapshot(SHOW) is None
    assert await box.locks.states(SHOW) is None
    assert await box.locks.sell(SHOW, "ada", (1,)) is False
    assert await box.locks.free_lapsed(SHOW) == 0
    await box.locks.release(SHOW, "ada")
    await box.locks.extend(SHOW, "ada", 60)
    assert await box.locks.active_events() == []


async def test_a_second_lock_of_a_booking_reports_held_already_and_changes_nothing(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 2, 3, floor=2)
    before = await version(box)

    assert await lock(box, "ada", 2, 3, floor=2) == HeldAlready()
    assert await lock(box, "ada", 5) == HeldAlready()
    assert await shown(box) == ("aahhaaaaaa", 3)
    assert await version(box) == before


async def test_all_requested_places_are_held(box: Box) -> None:
    await box.locks.load(a_sale())

    outcome = await lock(box, "ada", 2, 3, floor=2)

    assert isinstance(outcome, Locked)
    assert [len(places) for places in outcome.places] == [2]
    assert set(outcome.places[0]) <= set(range(SEATS, SEATS + FLOOR))
    assert await shown(box) == ("aahhaaaaaa", 3)
    assert outcome.version == await version(box)


async def test_nothing_is_held_where_one_seat_is_taken(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 3)
    before = await version(box)

    assert await lock(box, "bob", 2, 3, 4, floor=1) == Taken((3,))

    assert await shown(box) == ("aaahaaaaaa", FLOOR)
    assert await version(box) == before


async def test_of_many_at_once_each_gets_its_own_answer(box: Box) -> None:
    """Requests that arrive together share a call to the server, and nothing else."""
    await box.locks.load(a_sale(states=b"abaaaaaaaa" + b"a" * FLOOR))

    outcomes = await asyncio.gather(
        lock(box, "ada", 3, 4),
        lock(box, "bob", 4, 5),
        lock(box, "cleo", floor=4),
        lock(box, "dan", 1),
        lock(box, "eve", 8, allow_orphans=False),
        lock(box, "finn", floor=2),
        lock(box, "gus", 5, 6, floor=1),
    )
    others = await asyncio.gather(
        box.locks.sell(SHOW, "ada", (3, 4)),
        box.locks.sell(SHOW, "bob", (4, 5)),
        box.locks.release(SHOW, "gus"),
        lock(box, "hal", 5),
    )

    assert [type(outcome) for outcome in outcomes] == [Locked, Taken, Locked, Taken, Orphaned, Insufficient, Locked]
    assert outcomes[1:2] + outcomes[3:6] == [Taken((4,)), Taken((1,)), Orphaned((9,)), Insufficient("floor", 1)]
    won = [outcome for outcome in outcomes if isinstance(outcome, Locked)]
    assert len({place for outcome in won for places in outcome.places for place in places}) == 5
    assert list(others[:2]) == [True, False]
    assert isinstance(others[3], Taken | Locked)
    states, floor_left = await shown(box)
    assert (states[:5], states[6:], floor_left) == ("abass", "aaaa", 1)


async def test_blocked_and_unknown_seats_are_taken(box: Box) -> None:
    await box.locks.load(a_sale(states=b"abaaaaaaaa" + b"a" * FLOOR))

    assert await lock(box, "ada", 1) == Taken((1,))
    assert await lock(box, "ada", 900) == Taken((900,))


async def test_an_area_with_too_few_places_reports_its_count_and_nothing_is_held(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", floor=4)

    assert await lock(box, "bob", 0, floor=2) == Insufficient("floor", 1)

    assert await shown(box) == ("a" * SEATS, 1)


async def test_no_place_of_an_area_is_held_twice(box: Box) -> None:
    await box.locks.load(a_sale())

    outcomes = [await lock(box, name, floor=1) for name in ("ada", "bob", "cleo", "dan", "eve", "fay")]

    places = [outcome.places[0][0] for outcome in outcomes if isinstance(outcome, Locked)]
    assert sorted(places) == list(range(SEATS, SEATS + FLOOR))
    assert outcomes[-1] == Insufficient("floor", 0)


async def test_released_places_are_free_again_and_counted_once(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0, 1, floor=3)

    await box.locks.release(SHOW, "ada")
    after = await version(box)
    await box.locks.release(SHOW, "ada")

    assert await shown(box) == ("a" * SEATS, FLOOR)
    assert await version(box) == after
    assert isinstance(await lock(box, "bob", floor=FLOOR), Locked)
    assert await lock(box, "cleo", floor=1) == Insufficient("floor", 0)


async def test_the_places_of_an_expired_hold_are_free_for_any_buyer(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0, 1, floor=2, hold_seconds=1)
    await box.wait(0.5)
    assert await lock(box, "bob", 1) == Taken((1,))
    await box.wait(0.6)

    assert isinstance(await lock(box, "bob", 1, floor=4), Locked)

    assert await shown(box) == ("ahaaaaaaaa", 1)


async def test_reaping_frees_expired_holds_only(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0, floor=1, hold_seconds=1)
    await lock(box, "bob", 2, hold_seconds=1)
    await lock(box, "cleo", 4, hold_seconds=60)
    assert await box.locks.free_lapsed(SHOW) == 0
    await box.wait(1.05)

    assert await box.locks.free_lapsed(SHOW) == 2
    assert await box.locks.free_lapsed(SHOW) == 0

    assert await shown(box) == ("aaaahaaaaa", FLOOR)


async def test_a_live_hold_can_be_extended_and_never_shortened(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0, hold_seconds=1)
    await box.locks.extend(SHOW, "ada", 60)
    await lock(box, "bob", 1, hold_seconds=60)
    await box.locks.extend(SHOW, "bob", 1)
    await box.wait(1.05)

    assert await box.locks.free_lapsed(SHOW) == 0
    assert await shown(box) == ("hhaaaaaaaa", FLOOR)


async def test_an_expired_hold_cannot_be_extended(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0, hold_seconds=1)
    await box.wait(1.05)

    await box.locks.extend(SHOW, "ada", 60)

    assert await box.locks.free_lapsed(SHOW) == 1
    assert await shown(box) == ("a" * SEATS, FLOOR)


async def test_selling_twice_changes_nothing(box: Box) -> None:
    await box.locks.load(a_sale())
    outcome = await lock(box, "ada", 0, 1, floor=1)
    assert isinstance(outcome, Locked)
    indexes = (0, 1, *outcome.places[0])

    assert await box.locks.sell(SHOW, "ada", indexes) is True
    once = await box.locks.snapshot(SHOW)
    assert await box.locks.sell(SHOW, "ada", indexes) is True

    assert await box.locks.snapshot(SHOW) == once
    assert await shown(box) == ("ssaaaaaaaa", FLOOR - 1)


async def test_sold_places_are_not_released(box: Box) -> None:
    await box.locks.load(a_sale())
    outcome = await lock(box, "ada", 0, floor=1, hold_seconds=1)
    assert isinstance(outcome, Locked)
    await box.locks.sell(SHOW, "ada", (0, *outcome.places[0]))
    await box.locks.release(SHOW, "ada")
    await box.wait(1.05)

    assert await box.locks.free_lapsed(SHOW) == 0
    assert await lock(box, "bob", 0) == Taken((0,))
    assert await shown(box) == ("saaaaaaaaa", FLOOR - 1)


async def test_a_sale_whose_hold_lapsed_cannot_be_published(box: Box) -> None:
    await box.locks.load(a_sale())
    await lock(box, "ada", 0, 1, hold_seconds=1)
    await box.wait(1.05)
    await lock(box, "bob", 1)

    assert await box.locks.sell(SHOW, "ada", (0, 1)) is False

    assert await shown(box) == ("ahaaaaaaaa", FLOOR)


async def test_a_choice_must_not_leave_a_single_seat(box: Box) -> None:
    await box.locks.load(a_sale())

    assert await lock(box, "ada", 1, 2, allow_orphans=False) == Orphaned((0,))
    assert await lock(box, "ada", 7, 8, allow_orphans=False) == Orphaned((9,))
    assert isinstance(await lock(box, "ada", 2, 3, allow_orphans=False), Locked)
    assert await lock(box, "bob", 5, allow_orphans=False) == Orphaned((4,))
    assert await shown(box) == ("aahhaaaaaa", FLOOR)


async def test_a_seat_that_was_single_before_is_no_orphan(box: Box) -> None:
    await box.locks.load(a_sale(states=b"ahhaaaaaaa" + b"a" * FLOOR))

    assert isinstance(await lock(box, "ada", 3, 4, allow_orphans=False), Locked)


async def test_a_run_of_seats_ends_at_its_row(box: Box) -> None:
    """Seats 4 and 5 are in different rows: taking 3 and 4 leaves no single seat behind them."""
    await box.locks.load(a_sale())
    request = LockRequest(SHOW, "ada", 60, (3, 4), ((0, 5), (0, 5)), (), allow_orphans=False)

    assert isinstance(await box.locks.lock(request), Locked)
    assert await box.locks.lock(
        LockRequest(SHOW, "bob", 60, (6,), ((5, 10),), (), allow_orphans=False),
    ) == Orphaned((5,))


async def test_an_older_epoch_never_overwrites_a_newer_one(box: Box) -> None:
    await box.locks.load(a_sale(2, states=b"ssaaaaaaaa" + b"a" * FLOOR))
    newer = await box.locks.snapshot(SHOW)

    await box.locks.load(a_sale(1))
    await box.locks.load(a_sale(2))

    assert await box.locks.snapshot(SHOW) == newer


async def test_a_newer_epoch_replaces_everything(box: Box) -> None:
    await box.locks.load(a_sale(1))
    await lock(box, "ada", 0, floor=2)
    before = await version(box)
    hold = LoadedHold("bob", 60_000, (4,), (("floor", (SEATS,)),))

    await box.locks.load(a_sale(2, states=b"aasahaaaaa" + b"haaaa", holds=(hold,)))

    assert await shown(box) == ("aasahaaaaa", FLOOR - 1)
    assert await version(box) > before
    assert await box.locks.sell(SHOW, "ada", (0,)) is False
    await box.locks.release(SHOW, "bob")
    assert await shown(box) == ("aasaaaaaaa", FLOOR)


async def test_loaded_holds_keep_their_expiry(box: Box) -> None:
    hold = LoadedHold("ada", 1_000, (0,), (("floor", (SEATS, SEATS + 1)),))
    await box.locks.load(a_sale(states=b"haaaaaaaaahhaaa", holds=(hold,)))
    assert await box.locks.free_lapsed(SHOW) == 0
    await box.wait(1.05)

    assert await box.locks.free_lapsed(SHOW) == 1
    assert await shown(box) == ("a" * SEATS, FLOOR)


async def test_an_expiring_hold_frees_no_place_shown_as_sold(box: Box) -> None:
    hold = LoadedHold("ada", 60_000, (0, 1), (("floor", (SEATS, SEATS + 1)),))
    await box.locks.load(a_sale(states=b"hsaaaaaaaahsaaa", holds=(hold,)))

    await box.locks.release(SHOW, "ada")

    assert await shown(box) == ("asaaaaaaaa", FLOOR - 1)
    assert await lock(box, "bob", 1) == Taken((1,))


async def test_versions_never_decrease_though_the_server_was_emptied(box: Box) -> None:
    await box.locks.load(a_sale(1))
    seen = [await version(box)]
    for number in range(3):
        await lock(box, f"ada{number}", number)
        seen.append(await version(box))
    await box.flush()
    assert await lock(box, "bob", 5) == NotLoaded()

    await box.locks.load(a_sale(2))
    seen.append(await version(box))
    await lock(box, "bob", 5)
    seen.append(await version(box))

    assert seen == sorted(set(seen))


async def test_a_snapshot_equals_the_states(box: Box) -> None:
    await box.locks.load(a_sale(states=b"sbaaaaaaaa" + b"a" * FLOOR))
    await lock(box, "ada", 3, floor=2)

    snapshot = await box.locks.snapshot(SHOW)
    states = await box.locks.states(SHOW)

    assert snapshot == SeatSnapshot(await version(box), "sbahaaaaaa", {"floor": AreaCount(FLOOR, FLOOR - 2)})
    assert states is not None
    assert states[:SEATS].decode() == snapshot.states
    assert states[SEATS:].count(b"h") == 2


async def test_a_notice_is_published_once_and_raises_the_version_only(box: Box) -> None:
    await box.locks.append_notice(SHOW, "2:price", b"{}")  # no client subscribes to an event that is not loaded
    await box.locks.load(a_sale())
    before, seats = await version(box), await shown(box)

    for notice_id in ("2:price", "2:price", "3:time", "2:price"):
        await box.locks.append_notice(SHOW, notice_id, b"{}")

    assert await version(box) == before + 2
    assert await shown(box) == seats


async def test_events_are_independent(box: Box) -> None:
    other = LoadedInventory("evt_other", 1, 2, b"aa", (), ())
    await box.locks.load(a_sale())
    await box.locks.load(other)

    await box.locks.lock(LockRequest("evt_other", "ada", 60, (0, 1), ((0, 2), (0, 2)), (), allow_orphans=True))

    assert await shown(box) == ("a" * SEATS, FLOOR)
    assert await box.locks.active_events() == ["evt_other", SHOW]


async def test_of_many_at_once_one_wins_each_seat(box: Box) -> None:
    await box.locks.load(a_sale())

    outcomes = await asyncio.gather(*(lock(box, f"buyer{n}", n % SEATS, (n + 1) % SEATS) for n in range(64)))

    winners = [f"buyer{n}" for n, outcome in enumerate(outcomes) if isinstance(outcome, Locked)]
    states, _ = await shown(box)
    assert states.count("h") == 2 * len(winners)
    assert all(isinstance(outcome, (Locked, Taken)) for outcome in outcomes)
