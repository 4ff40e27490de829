"""A buyer corrects the address of a booking: the new address confirms, the old one can stop it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking
from admitone.booking.contracts.resale import PersonNotice
from admitone.booking.domain.correction_refusals import (
    BookingLinkReplaced,
    CorrectionNotFound,
    CorrectionNotPossible,
    CorrectionOver,
    TooManyCorrections,
)
from admitone.booking.domain.seat_changes import Maker
from admitone.booking.domain.token import booking_token
from admitone.booking.store.address_corrections import end_correction, lock_corrected_booking
from admitone.booking.store.personal_data import erase_buyers
from admitone.booking.store.refunds import lock_sold_places
from admitone.booking.usecases import correct_address
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.correct_address import (
    CORRECTIONS_OF_BLOCK_MAX,
    CORRECTIONS_OF_BOOKING_MAX,
    ask_for_correction,
    confirm_correction,
    lapse_corrections,
    read_correction,
    stop_correction,
)
from admitone.booking.usecases.correct_buyer import correct_buyer
from admitone.booking.usecases.end_holds import release_booking
from admitone.booking.usecases.find_bookings import find_address_bookings
from admitone.booking.usecases.read_bookings import get_booking
from admitone.booking.usecases.read_organizer_booking import read_organizer_booking
from admitone.booking.usecases.return_tickets import get_return_offer
from admitone.kit.postgres import Connection, Pool
from admitone.kit.text import masked_address
from tests.builders import TOKEN_KEYS
from tests.store.booking.sale_env import ORGANIZER, SaleEnv

NEW = "ada@right.example"


class Corrections:
    """Bought bookings, and the notices about their addresses."""

    def __init__(self, env: SaleEnv) -> None:
        self.env = env
        self.told: list[tuple[PersonNotice, Mapping[str, Any]]] = []
        self.deps = replace(env.deps, announce=self._announce)
        self.desk = replace(env.desk, booking=self.deps)

    async def _announce(self, _conn: Connection, kind: PersonNotice, _id: str, facts: Mapping[str, Any]) -> None:
        self.told.append((kind, facts))

    async def ask(self, booking: Booking, email: str = NEW, block: str | None = None) -> tuple[str, str, str]:
        """Return (correction id, code that confirms, code that stops)."""
        token = booking_token(TOKEN_KEYS, booking.id)
        await ask_for_correction(self.deps, booking_id=booking.id, booking_token=token, email=email, block=block)
        (_, asked), (_, told) = self.told[-2:]
        return asked["correction_id"], asked["code"], told["code"]

    async def correct_by_organizer(self, booking: Booking, email: str) -> None:
        made_for = {"organization_id": ORGANIZER.organization_id, "booking_id": booking.id}
        await correct_buyer(self.desk, **made_for, made_by=Maker("per_1", "Eve Lind"), email=email, name=None)

    async def run(self, statement: str) -> None:
        async with self.deps.pool.connection() as conn:
            await conn.execute(statement.encode())

    async def addresses(self) -> list[str | None]:
        async with self.deps.pool.connection() as conn:
            rows = await (
                await conn.execute("select new_email from booking.address_corrections order by asked_at")
            ).fetchall()
        return [row["new_email"] for row in rows]


@pytest.fixture
async def corrections(pool: Pool, redis: Redis) -> Corrections:
    return Corrections(await SaleEnv(pool, redis).open())


async def test_the_new_address_confirms_and_links_from_before_open_nothing(corrections: Corrections) -> None:
    deps, booking = corrections.deps, await corrections.env.bought("A-1")
    old_token = booking_token(TOKEN_KEYS, booking.id)
    correction_id, code, _ = await corrections.ask(booking)
    unchanged = await get_booking(deps, booking_id=booking.id, booking_token=old_token)
    booking_id, token = await confirm_correction(deps, correction_id=correction_id, code=code)

    assert unchanged.buyer_email == booking.buyer_email
    assert booking_id == booking.id
    assert (await get_booking(deps, booking_id=booking.id, booking_token=token)).buyer_email == NEW
    assert [found.id for found in await find_address_bookings(deps, NEW)] == [booking.id]
    assert await find_address_bookings(deps, str(booking.buyer_email)) == []
    assert await corrections.addresses() == [None]
    with pytest.raises(BookingLinkReplaced) as replaced:
        await get_booking(deps, booking_id=booking.id, booking_token=old_token)
    assert replaced.value.members == {"sent_to": "a•••@r•••.example"}
    with pytest.raises(BookingLinkReplaced):
        await get_return_offer(corrections.env.desk, booking_id=booking.id, booking_token=old_token)
    with pytest.raises(BookingLinkReplaced):
        await confirm_booking(deps, booking_id=booking.id, booking_token=old_token, payment_method="pm_card_visa")
    with pytest.raises(BookingLinkReplaced):
        await corrections.ask(booking)
    with pytest.raises(BookingLinkReplaced):
        await apply_promo_code(deps, booking_id=booking.id, booking_token=old_token, code=None)
    with pytest.raises(BookingLinkReplaced):
        await release_booking(deps, booking_id=booking.id, booking_token=old_token)


async def test_both_addresses_are_told_before_and_after(corrections: Corrections) -> None:
    booking = await corrections.env.bought("A-1")
    correction_id, code, _ = await corrections.ask(booking)
    await confirm_correction(corrections.deps, correction_id=correction_id, code=code)

    assert [(kind, facts["email"]) for kind, facts in corrections.told] == [
        (PersonNotice.ADDRESS_ASKED, NEW),
        (PersonNotice.ADDRESS_TOLD, booking.buyer_email),
        (PersonNotice.ADDRESS_CORRECTED, NEW),
        (PersonNotice.ADDRESS_LEFT, booking.buyer_email),
    ]
    assert NEW not in str(corrections.told[1]) + str(corrections.told[3])


async def test_the_old_address_stops_it_and_no_link_does_the_work_of_the_other(corrections: Corrections) -> None:
    deps, booking = corrections.deps, await corrections.env.bought("A-1")
    correction_id, code, stop = await corrections.ask(booking)
    with pytest.raises(CorrectionNotFound):
        await confirm_correction(deps, correction_id=correction_id, code=stop)
    with pytest.raises(CorrectionNotFound):
        await stop_correction(deps, correction_id=correction_id, code=code)
    for _ in range(2):
        await stop_correction(deps, correction_id=correction_id, code=stop)

    with pytest.raises(CorrectionOver):
        await confirm_correction(deps, correction_id=correction_id, code=code)
    seen = await read_correction(deps, correction_id=correction_id, code=code, purpose="confirm")
    assert (seen.state, seen.new_email) == ("stopped", None)


async def test_the_timeline_shows_what_became_of_each_correction(corrections: Corrections) -> None:
    booking = await corrections.env.bought("A-1")

    async def shown() -> list[tuple[str, str | None]]:
        read = await read_organizer_booking(
            corrections.env.desk, organization_id=ORGANIZER.organization_id, booking_id=booking.id
        )
        return [(entry.kind, entry.detail) for entry in read.timeline if entry.kind.startswith("address")]

    await corrections.ask(booking, "ada@wrong.example")
    correction_id, _, stop = await corrections.ask(booking)
    is_open = await shown()
    await stop_correction(corrections.deps, correction_id=correction_id, code=stop)
    await corrections.ask(booking)
    await corrections.run(
        "update booking.address_corrections set expires_at = clock_timestamp() where state = 'asked'"
    )  # not swept yet

    replaced = [("address_asked", None), ("address_replaced", None)]
    assert is_open == [*replaced, ("address_asked", masked_address(NEW))]
    assert NEW not in str(is_open)
    ended = [("address_asked", None), ("address_stopped", None), ("address_asked", None), ("address_lapsed", None)]
    assert await shown() == [*replaced, *ended]


async def test_of_a_confirmation_twice_at_once_and_a_stop_one_wins(corrections: Corrections) -> None:
    deps, booking = corrections.deps, await corrections.env.bought("A-1")
    correction_id, code, stop = await corrections.ask(booking)
    outcomes = await asyncio.gather(
        confirm_correction(deps, correction_id=correction_id, code=code),
        confirm_correction(deps, correction_id=correction_id, code=code),
        return_exceptions=True,
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CorrectionOver", "tuple"]
    token = next(outcome for outcome in outcomes if isinstance(outcome, tuple))[1]
    assert (await get_booking(deps, booking_id=booking.id, booking_token=token)).link_version == 1
    with pytest.raises(CorrectionOver):
        await stop_correction(deps, correction_id=correction_id, code=stop)


async def test_of_two_corrections_at_once_the_later_one_is_open(corrections: Corrections) -> None:
    deps, booking = corrections.deps, await corrections.env.bought("A-1")
    token = booking_token(TOKEN_KEYS, booking.id)
    await asyncio.gather(
        *(
            ask_for_correction(deps, booking_id=booking.id, booking_token=token, email=email, block=None)
            for email in ("one@right.example", "two@right.example")
        )
    )
    asked = [facts for kind, facts in corrections.told if kind is PersonNotice.ADDRESS_ASKED]
    states = {
        (await read_correction(deps, correction_id=facts["correction_id"], code=facts["code"], purpose="confirm")).state
        for facts in asked
    }
    outcomes = await asyncio.gather(
        *(confirm_correction(deps, correction_id=facts["correction_id"], code=facts["code"]) for facts in asked),
        return_exceptions=True,
    )

    assert states == {"asked", "replaced"}
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CorrectionOver", "tuple"]


async def test_a_transfer_that_is_accepted_meanwhile_neither_waits_nor_loses_its_places(
    corrections: Corrections,
) -> None:
    deps, booking = corrections.deps, await corrections.env.bought("A-1", "A-2")
    places = {(booking.id, ticket.index) for ticket in booking.tickets}
    correction_id, code, _ = await corrections.ask(booking)
    async with deps.pool.connection() as conn, conn.transaction():
        before = await lock_sold_places(conn, places)
        await confirm_correction(deps, correction_id=correction_id, code=code)
        after = await lock_sold_places(conn, places)

    assert before == after == places


async def test_a_booking_and_a_network_have_few_corrections_a_day(
    corrections: Corrections, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = [await corrections.env.bought(seat) for seat in ("A-1", "A-2")]
    for _ in range(CORRECTIONS_OF_BOOKING_MAX):
        await corrections.ask(first)
    with pytest.raises(TooManyCorrections):
        await corrections.ask(first)
    monkeypatch.setattr(correct_address, "CORRECTIONS_OF_BLOCK_MAX", 1)
    await corrections.ask(second, block="198.51.100.7")
    with pytest.raises(TooManyCorrections):
        await corrections.ask(second, block="198.51.100.7")
    await corrections.ask(second, block="198.51.100.8")

    assert CORRECTIONS_OF_BLOCK_MAX > CORRECTIONS_OF_BOOKING_MAX


async def test_not_in_a_dispute_and_not_without_tickets(corrections: Corrections) -> None:
    disputed, refunded = [await corrections.env.bought(seat) for seat in ("A-1", "A-2")]
    correction_id, code, _ = await corrections.ask(disputed)
    await corrections.run(f"update booking.bookings set disputed_at = now() where id = '{disputed.id}'")
    await corrections.env.refund(refunded)

    reasons = []
    with pytest.raises(CorrectionNotPossible) as refusal:
        await corrections.ask(disputed)
    reasons.append(refusal.value.members["reason"])
    with pytest.raises(CorrectionNotPossible) as refusal:
        await confirm_correction(corrections.deps, correction_id=correction_id, code=code)
    reasons.append(refusal.value.members["reason"])
    with pytest.raises(CorrectionNotPossible) as refusal:
        await corrections.ask(refunded)
    assert [*reasons, refusal.value.members["reason"]] == ["in-dispute", "in-dispute", "no-tickets"]


async def test_what_no_person_confirms_lapses_and_its_address_is_erased(corrections: Corrections) -> None:
    booking = await corrections.env.bought("A-1")
    correction_id, code, _ = await corrections.ask(booking)
    await corrections.run("update booking.address_corrections set expires_at = clock_timestamp()")
    with pytest.raises(CorrectionOver):
        await confirm_correction(corrections.deps, correction_id=correction_id, code=code)
    kept = await corrections.addresses()
    await lapse_corrections(corrections.deps)

    assert (kept, await corrections.addresses()) == ([NEW], [None])


async def test_an_organizer_takes_a_booking_back_from_a_person_who_moved_it(corrections: Corrections) -> None:
    """A stranger with a copied link moved the booking, and asks for one more move."""
    deps, booking = corrections.deps, await corrections.env.bought("A-1")
    correction_id, code, _ = await corrections.ask(booking, "stranger@wrong.example")
    _, token = await confirm_correction(deps, correction_id=correction_id, code=code)
    await ask_for_correction(deps, booking_id=booking.id, booking_token=token, email="two@wrong.example", block=None)
    asked = next(facts for kind, facts in reversed(corrections.told) if kind is PersonNotice.ADDRESS_ASKED)

    await corrections.correct_by_organizer(booking, str(booking.buyer_email))

    kind, facts = corrections.told[-1]
    assert (kind, facts["email"], facts["link_version"]) == (PersonNotice.ADDRESS_CORRECTED, booking.buyer_email, 2)
    assert (await get_booking(deps, booking_id=booking.id, booking_token=booking_token(TOKEN_KEYS, booking.id, 2))).id
    with pytest.raises(BookingLinkReplaced):
        await get_booking(deps, booking_id=booking.id, booking_token=token)
    with pytest.raises(CorrectionOver):
        await confirm_correction(deps, correction_id=asked["correction_id"], code=asked["code"])


async def test_an_organizer_corrects_a_mistake_and_the_buyers_links_stay(corrections: Corrections) -> None:
    booking = await corrections.env.bought("A-1")
    correction_id, code, _ = await corrections.ask(booking)
    told = len(corrections.told)

    await corrections.correct_by_organizer(booking, str(booking.buyer_email).upper())
    still_open = await read_correction(corrections.deps, correction_id=correction_id, code=code, purpose="confirm")
    await corrections.correct_by_organizer(booking, "ada@by-phone.example")

    read = await corrections.env.read(booking)
    assert (still_open.state, read.buyer_email, read.link_version) == ("asked", "ada@by-phone.example", 0)
    assert len(corrections.told) == told
    with pytest.raises(CorrectionOver):
        await confirm_correction(corrections.deps, correction_id=correction_id, code=code)


async def test_an_erasure_waits_for_a_correction_and_takes_its_address_too(corrections: Corrections) -> None:
    """Both lock the booking first, so neither waits for the other in a circle."""
    deps, booking = corrections.deps, await corrections.env.bought("A-1")
    await corrections.ask(booking)

    async def erase() -> None:
        async with deps.pool.connection() as conn, conn.transaction():
            await erase_buyers(conn, [booking.id])

    async with deps.pool.connection() as conn, conn.transaction():
        await lock_corrected_booking(conn, booking.id)
        erasing = asyncio.create_task(erase())
        while not erasing.done() and not await _waits_for_a_lock(deps.pool):
            await asyncio.sleep(0.01)
        await end_correction(conn, booking.id, "made")
    await erasing

    assert (await corrections.env.read(booking)).buyer_email is None
    assert await corrections.addresses() == [None]


async def _waits_for_a_lock(pool: Pool) -> bool:
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        return await cursor.fetchone() is not None


async def test_after_an_erasure_by_age_no_address_is_stored_any_more(corrections: Corrections) -> None:
    booking = await corrections.env.bought("A-1")
    correction_id, code, _ = await corrections.ask(booking)
    await corrections.run("update booking.sales set buyers_erased_at = clock_timestamp()")

    with pytest.raises(CorrectionNotPossible) as asked:
        await corrections.ask(booking)
    with pytest.raises(CorrectionNotPossible) as confirmed:
        await confirm_correction(corrections.deps, correction_id=correction_id, code=code)

    assert [refusal.value.members["reason"] for refusal in (asked, confirmed)] == ["erased"] * 2
