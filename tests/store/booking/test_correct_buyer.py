"""Staff correct a buyer: the timeline says what kind of data changed, who did it and when, never the data."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.domain.refusals import BookingNotFound
from admitone.booking.domain.seat_changes import Maker
from admitone.booking.store.personal_data import erase_buyers
from admitone.booking.usecases.correct_buyer import correct_buyer
from admitone.booking.usecases.read_organizer_booking import OrganizerBooking, read_organizer_booking
from admitone.kit.postgres import Pool
from tests.store.booking.sale_env import ORGANIZER, OTHER_ORGANIZER, SaleEnv

EVE, MAX = Maker("per_eve", "Eve Lind"), Maker("key_1", "Box office")
NEW, NAME = "ada@right.example", "Ada Lovelace"


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> SaleEnv:
    return await SaleEnv(pool, redis).open()


async def correct(
    env: SaleEnv, booking: Booking, made_by: Maker = EVE, *, email: str | None = None, name: str | None = None
) -> OrganizerBooking:
    made_for = {"organization_id": ORGANIZER.organization_id, "booking_id": booking.id}
    return await correct_buyer(env.desk, **made_for, made_by=made_by, email=email, name=name)


async def shown(env: SaleEnv, booking: Booking) -> list[tuple[str, str | None]]:
    """Return kind and maker of the corrections in the timeline."""
    read = await read_organizer_booking(env.desk, organization_id=ORGANIZER.organization_id, booking_id=booking.id)
    return [(entry.kind, entry.by) for entry in read.timeline if entry.kind.endswith("_corrected")]


async def rows(env: SaleEnv) -> str:
    async with env.deps.pool.connection() as conn:
        found = await (await conn.execute("select m::text as row from booking.buyer_corrections m")).fetchall()
    return "\n".join(row["row"] for row in found).lower()


async def test_the_timeline_says_who_corrected_what(env: SaleEnv) -> None:
    booking = await env.bought("A-1")

    await correct(env, booking, email=NEW)
    await correct(env, booking, MAX, name=NAME)
    read = await correct(env, booking, email="ada@home.example", name="Ada King")
    entries = [entry for entry in read.timeline if entry.kind.endswith("_corrected")]

    assert await shown(env, booking) == [
        ("address_corrected", EVE.name),
        ("name_corrected", MAX.name),
        ("name_corrected", EVE.name),
        ("address_corrected", EVE.name),
    ]
    assert {(entry.detail, entry.amount, entry.ticket_id) for entry in entries} == {(None, None, None)}


async def test_neither_entries_nor_rows_have_what_it_was_or_is(env: SaleEnv) -> None:
    booking = await env.bought("A-1")
    await correct(env, booking, name="Grace Hopper")
    read = await correct(env, booking, email=NEW, name=NAME)

    stored = await rows(env)
    secret = [str(booking.buyer_email), NEW, "right.example", "Grace", "Hopper", "Ada", "Lovelace"]
    assert [word for word in secret if word.lower() in stored + str(read.timeline).lower()] == []
    assert stored.count(booking.id) == 3


async def test_what_is_sent_but_does_not_change_leaves_no_entry(env: SaleEnv) -> None:
    booking = await env.bought("A-1")
    await correct(env, booking, name=NAME)

    await correct(env, booking, MAX)
    await correct(env, booking, MAX, email=booking.buyer_email, name=NAME)
    before = await shown(env, booking)
    await correct(env, booking, MAX, email=str(booking.buyer_email).upper())

    assert before == [("name_corrected", EVE.name)]
    assert (await shown(env, booking))[1:] == [("address_corrected", MAX.name)]


async def test_two_at_once_are_recorded_each_with_its_maker(env: SaleEnv) -> None:
    booking = await env.bought("A-1")

    await asyncio.gather(correct(env, booking, email=NEW), correct(env, booking, MAX, name=NAME))

    assert sorted(await shown(env, booking)) == [("address_corrected", EVE.name), ("name_corrected", MAX.name)]


async def test_a_correction_that_fails_is_not_in_the_timeline(env: SaleEnv) -> None:
    """The buyer and the entry change in one transaction: here its last step fails, the notice of the new link."""
    booking = await env.bought("A-1")

    async def fail(*_: object) -> None:
        raise ConnectionError

    env.desk = replace(env.desk, booking=replace(env.deps, announce=fail))
    async with env.deps.pool.connection() as conn:
        await conn.execute("update booking.bookings set link_version = 1")
    with pytest.raises(ConnectionError):
        await correct(env, booking, email=NEW)
    with pytest.raises(BookingNotFound):
        await correct_buyer(
            env.desk,
            organization_id=OTHER_ORGANIZER.organization_id,
            booking_id=booking.id,
            made_by=MAX,
            email=NEW,
            name=None,
        )

    assert await rows(env) == ""


async def test_an_erasure_of_the_buyer_leaves_who_corrected_it(env: SaleEnv) -> None:
    booking = await env.bought("A-1")
    await correct(env, booking, email=NEW, name=NAME)

    async with env.deps.pool.connection() as conn, conn.transaction():
        await erase_buyers(conn, [booking.id])

    assert await shown(env, booking) == [("name_corrected", EVE.name), ("address_corrected", EVE.name)]
