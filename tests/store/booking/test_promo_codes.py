"""Uses of promo codes are counted at the hold: never one too many, and none is lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from redis.asyncio import Redis

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.refusals import InvalidPromoCode, TotalBelowMinimum
from admitone.booking.domain.token import booking_token
from admitone.booking.store.payments import PaymentStart
from admitone.booking.store.promos import count_uses, insert_promo, update_promo
from admitone.booking.usecases.apply_promo_code import apply_promo_code
from admitone.booking.usecases.confirm_booking import confirm_booking
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_holds import expire_bookings
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.money import Money
from admitone.kit.postgres import Pool
from tests.builders import TOKEN_KEYS, a_wish, box_office, put_on_sale, terms_of_a_show

NOW = datetime.now(UTC)
ONCE = PromoCode(
    id="prm_once",
    organization_id="org_house",
    code="Once",
    revision=1,
    percent=50,
    amount=None,
    currency=None,
    event_id=None,
    uses_max=1,
    starts_at=None,
    ends_at=None,
    created_at=NOW,
    updated_at=NOW,
)


class Club:
    """A standing show, and a code that one booking may have."""

    def __init__(self, deps: Deps, show: SaleTerms) -> None:
        self.deps, self.show = deps, show

    async def hold(self, code: str | None = "once") -> Booking:
        order = a_wish(self.show.event_id, areas=(("floor", 2),), promo_code=code)
        return await start_checkout(self.deps, order=order)

    async def pay(self, booking: Booking, method: str = "pm_card_visa") -> Booking | None:
        token = booking_token(TOKEN_KEYS, booking.id)
        paid = await confirm_booking(self.deps, booking_id=booking.id, booking_token=token, payment_method=method)
        return paid.booking

    async def give(self, booking: Booking, code: str | None = "once") -> Booking:
        token = booking_token(TOKEN_KEYS, booking.id)
        return await apply_promo_code(self.deps, booking_id=booking.id, booking_token=token, code=code)

    async def lapse(self, booking: Booking) -> None:
        """Its time is over, and nobody has swept it."""
        async with self.deps.pool.connection() as conn:
            await conn.execute("update booking.bookings set expires_at = clock_timestamp() where id = %s", [booking.id])

    async def uses(self) -> int:
        async with self.deps.pool.connection() as conn:
            return (await count_uses(conn, [ONCE.id])).get(ONCE.id, 0)


@pytest.fixture
async def club(pool: Pool, redis: Redis) -> Club:
    deps = box_office(pool, redis)
    async with pool.connection() as conn:
        await insert_promo(conn, ONCE)
    return Club(deps, await put_on_sale(deps, terms_of_a_show(standing=200, booking_fee=100)))


async def refused(club: Club) -> str:
    with pytest.raises(InvalidPromoCode) as refusal:
        await club.hold()
    return str(refusal.value.members["reason"])


async def test_a_price_with_code_and_booking_fee_is_what_is_authorized_and_booked(club: Club) -> None:
    held = await club.hold()

    paid = await club.pay(held)

    assert paid is not None
    assert (held.subtotal, held.discount, held.fees, held.booking_fee, held.total) == (4_000, 2_000, 100, 100, 2_100)
    assert msgspec.structs.replace(held, status=paid.status, confirmed_at=paid.confirmed_at) == paid
    async with club.deps.pool.connection() as conn:
        cursor = await conn.execute("select account, amount from payments.ledger_entries order by amount")
        entries = [tuple(row.values()) for row in await cursor.fetchall()]
    assert entries == [("organizer_payable:org_house", -2_000), ("fees_revenue", -100), ("buyer_receivable", 2_100)]


async def test_at_once_in_one_process_one_wins(club: Club) -> None:
    outcomes = await asyncio.gather(*(club.hold() for _ in range(20)), return_exceptions=True)

    losers = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert len(losers) == 19
    assert {type(loser) for loser in losers} == {InvalidPromoCode}
    assert await club.uses() == 1


async def test_losers_leave_nothing_locked(club: Club) -> None:
    await asyncio.gather(*(club.hold() for _ in range(20)), return_exceptions=True)

    snapshot = await club.deps.locks.snapshot(club.show.event_id)

    assert snapshot is not None
    assert snapshot.areas["floor"].available == 198


async def test_a_lapsed_hold_gives_its_use_back_before_anybody_sweeps(club: Club) -> None:
    first = await club.hold()
    before = await refused(club)
    await club.lapse(first)

    second = await club.hold()

    assert before == "used-up"
    assert second.discount == 2_000
    assert await club.uses() == 1


async def test_a_lapsed_hold_whose_payment_began_in_time_keeps_its_use(club: Club) -> None:
    first = await club.hold()
    await club.deps.sale.starts.submit(PaymentStart(first.id, "", None, None, None, 0))
    await club.lapse(first)
    await expire_bookings(club.deps)

    assert await refused(club) == "used-up"


async def test_a_declined_hold_keeps_its_use_until_it_ends(club: Club) -> None:
    held = await club.hold()
    with pytest.raises(Exception, match="declined"):
        await club.pay(held, "pm_card_chargeDeclined")
    while_it_lives = await refused(club)
    await club.lapse(held)

    assert while_it_lives == "used-up"
    assert (await club.hold()).promo_code == "Once"


async def test_a_code_that_changes_between_price_and_claim_is_priced_anew(club: Club) -> None:
    """The claim waits for the organizer's change, and finds that its price is not the code's any more."""
    async with club.deps.pool.connection() as conn:
        async with conn.transaction():
            changed = msgspec.structs.replace(ONCE, revision=2, percent=10, updated_at=NOW + timedelta(seconds=1))
            await update_promo(conn, changed)
            holding = asyncio.create_task(club.hold())
            async with club.deps.pool.connection() as watching:
                while not holding.done() and not await _waits_for_a_lock(watching):
                    await asyncio.sleep(0.01)
        held = await holding

    assert held.discount == 400


async def _waits_for_a_lock(conn: object) -> bool:
    cursor = await conn.execute(  # type: ignore[attr-defined]
        "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
        " and datname = current_database()) as waits"
    )
    row = await cursor.fetchone()
    return bool(row["waits"])


async def test_a_hold_is_given_the_code_by_one_of_many(club: Club) -> None:
    holds = [await club.hold(None) for _ in range(8)]

    outcomes = await asyncio.gather(*(club.give(held) for held in holds), return_exceptions=True)

    winners = [outcome for outcome in outcomes if isinstance(outcome, Booking)]
    assert len(winners) == 1
    assert (winners[0].total, winners[0].status) == (2_100, BookingStatus.IN_PROGRESS)
    assert await club.uses() == 1


async def test_a_code_is_changed_and_removed_and_its_use_is_free_again(club: Club) -> None:
    other = msgspec.structs.replace(ONCE, id="prm_other", code="Other", percent=None, amount=500, currency="EUR")
    async with club.deps.pool.connection() as conn:
        await insert_promo(conn, other)
    held, rival = await club.hold("once"), await club.hold(None)

    changed = await club.give(held, "other")
    taken = await club.give(rival, "once")
    with pytest.raises(InvalidPromoCode) as used_up:
        await club.give(held, "once")
    removed = await club.give(held, None)
    await club.give(rival, None)
    back = await club.give(held, "once")

    assert (changed.promo_code, changed.total) == ("Other", 3_600)
    assert (taken.promo_code, taken.total) == ("Once", 2_100)
    assert used_up.value.members["reason"] == "used-up"
    assert (removed.promo_code, removed.discount, removed.total) == (None, 0, 4_100)
    assert (back.promo_code, back.total) == ("Once", 2_100)
    assert await club.uses() == 1


async def test_a_booking_that_cost_nothing_has_its_fee_again_without_the_code(club: Club) -> None:
    async with club.deps.pool.connection() as conn:
        await insert_promo(conn, msgspec.structs.replace(ONCE, id="prm_free", code="Free", percent=100, uses_max=None))
    held = await club.hold("free")

    removed = await club.give(held, None)

    assert (held.total, removed.total, removed.booking_fee) == (0, 4_100, 100)


async def test_a_code_has_one_use_however_it_is_changed_at_once(club: Club) -> None:
    holds = [await club.hold(None) for _ in range(4)]

    wishes = [club.give(held, code) for held in holds for code in ("once", None, "once")]
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} <= {Booking, InvalidPromoCode}
    assert await club.uses() <= 1
    async with club.deps.pool.connection() as conn:
        cursor = await conn.execute("select subtotal, promo_code from booking.bookings")
        rows = [(row["promo_code"], row["subtotal"]) for row in await cursor.fetchall()]
    assert set(rows) <= {(None, 4_000), ("Once", 2_000)}


async def test_what_is_being_paid_is_not_priced_anew(club: Club) -> None:
    held = await club.hold(None)
    await club.deps.sale.starts.submit(PaymentStart(held.id, "", None, None, None, 0))

    with pytest.raises(InvalidPromoCode) as refusal:
        await club.give(held)

    assert refusal.value.members["reason"] == "not-now"
    assert await club.uses() == 0


def at_least(club: Club, smallest: int) -> Club:
    """The same club, whose processor charges no less."""
    return Club(replace(club.deps, smallest_charge=lambda _currency: smallest), club.show)


async def test_a_code_that_leaves_too_little_to_charge_is_refused_and_holds_nothing(club: Club) -> None:
    strict = at_least(club, 2_101)  # with the code it would be 2,100

    assert await refused(strict) == "below-minimum"
    held = await strict.hold(None)
    with pytest.raises(InvalidPromoCode) as refusal:
        await strict.give(held)

    assert refusal.value.members["reason"] == "below-minimum"
    assert await club.uses() == 0
    assert (await strict.pay(held)) is not None


async def test_what_can_just_be_charged_is_and_nothing_at_all_is_free(club: Club) -> None:
    async with club.deps.pool.connection() as conn:
        await insert_promo(conn, msgspec.structs.replace(ONCE, id="prm_free", code="Free", percent=100, uses_max=None))

    exact = await at_least(club, 2_100).hold("once")
    nothing = await at_least(club, 2_101).hold("free")

    assert (exact.total, nothing.total) == (2_100, 0)
    assert await at_least(club, 2_101).pay(nothing) is not None


async def test_an_order_too_small_to_be_charged_is_refused_without_a_code_too(club: Club) -> None:
    with pytest.raises(TotalBelowMinimum) as refusal:
        await at_least(club, 4_101).hold(None)

    assert refusal.value.members == {"total": Money(4_100, "EUR"), "minimum": Money(4_101, "EUR")}
    assert (await club.hold(None)).total == 4_100
