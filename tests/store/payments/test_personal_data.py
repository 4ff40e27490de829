"""Addresses of buyers in attempts to pay, and money that is not settled."""

import pytest

from admitone.kit.postgres import Pool
from admitone.payments.contracts import OpenMoney
from admitone.payments.usecases.personal_data import (
    erase_booking_payers,
    erase_payers,
    find_payers,
    list_open_money,
)

REFUND = """
insert into payments.refunds (id, booking_id, attempt, amount, fees, currency, status)
values ('ref_1', 'bkg_1', 1, 100, 0, 'EUR', 'pending')
"""
DISPUTE = """
insert into payments.disputes (id, booking_id, attempt, amount, currency, status)
values ('dsp_1', 'bkg_1', 1, 5500, 'EUR', 'open')
"""
_INSERT = """
insert into payments.payments (booking_id, attempt, provider, provider_ref, amount, currency, status, buyer_email)
values (%s, 1, 'simulated', %s, 5500, 'EUR', %s, 'Ada@example.org')
"""


async def pay(pool: Pool, **statuses: str) -> None:
    async with pool.connection() as conn:
        for booking_id, status in statuses.items():
            await conn.execute(_INSERT, [booking_id, f"pi_{booking_id}", status])


async def run(pool: Pool, statement: str) -> None:
    async with pool.connection() as conn:
        await conn.execute(statement)


async def test_an_address_is_erased_within_the_bookings_that_are_named(pool: Pool) -> None:
    await pay(pool, bkg_1="captured", bkg_2="refunded")
    await run(pool, "insert into payments.cards (booking_id, last4) values ('bkg_1', '4242'), ('bkg_2', '4444')")
    erased = await erase_payers(pool, "ada@EXAMPLE.org", ["bkg_1", "bkg_9"])
    left = await find_payers(pool, "ada@example.org", None)

    assert erased == {"payments.cards": 1, "payments.payments": 1}
    assert [(row["booking_id"], row["card_last4"]) for row in left] == [("bkg_2", "4444")]
    assert await find_payers(pool, "ada@example.org", ["bkg_1"]) == []


async def test_an_attempt_without_an_outcome_keeps_the_address(pool: Pool) -> None:
    await pay(pool, bkg_1="created", bkg_2="processing", bkg_3="declined")
    everywhere = await erase_payers(pool, "ada@example.org", None)
    by_booking = await erase_booking_payers(pool, ["bkg_1", "bkg_2", "bkg_3"])

    assert (everywhere, by_booking) == ({"payments.cards": 0, "payments.payments": 1}, 0)


@pytest.mark.parametrize(
    ("status", "opened", "reason"),
    [
        ("captured", None, None),
        ("voided", None, None),
        ("processing", None, OpenMoney.PAYMENT),
        ("authorized", None, OpenMoney.PAYMENT),
        ("captured", REFUND, OpenMoney.REFUND),
        ("captured", DISPUTE, OpenMoney.DISPUTE),
    ],
)
async def test_money_is_open_until_it_is_settled(
    pool: Pool, status: str, opened: str | None, reason: OpenMoney | None
) -> None:
    await pay(pool, bkg_1=status, bkg_2="captured")
    if opened is not None:
        await run(pool, opened)

    assert await list_open_money(pool, ["bkg_1", "bkg_2"]) == ({} if reason is None else {"bkg_1": reason})
