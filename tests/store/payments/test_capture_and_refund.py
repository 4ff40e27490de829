"""Capture and refund: each once, and the books agree with the provider."""

import asyncio

import psycopg
import pytest
from msgspec import structs

from admitone.payments.contracts import PaymentOrder, PaymentState
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.ledger import (
    BUYER,
    CLEARING,
    FEES,
    PROCESSOR_FEES,
    Entry,
    LedgerTransaction,
    organizer_payable,
)
from admitone.payments.store.ledger import append_ledger
from admitone.payments.usecases.authorization import authorize_payment
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.refunds import PaymentNotCaptured, RefundExceedsPayment, refund_payment
from admitone.payments.usecases.sync.payment import sync_payment
from admitone.testing.processor.processor import SimulatedProcessor
from tests.store.payments.conftest import Deferred, MakeOrder, balances, no_sleep, paid, sell, served_by


async def captured(deps: Deps, asked: PaymentOrder) -> str:
    await authorize_payment(deps, asked)
    await sell(deps, asked.booking_id)
    await capture_payments(deps, [asked.booking_id])
    return asked.booking_id


async def test_a_batch_of_sales_defers_one_capture_job(deps: Deps, order: MakeOrder, deferred: Deferred) -> None:
    booking_ids = [order().booking_id for _ in range(5)]

    await sell(deps, *booking_ids)

    assert deferred == [("payments.capture", {"booking_ids": booking_ids})]


async def test_captures_run_twice_take_effect_once(deps: Deps, order: MakeOrder) -> None:
    orders = [order() for _ in range(10)]
    booking_ids = [payment_order.booking_id for payment_order in orders]
    await asyncio.gather(*(authorize_payment(deps, payment_order) for payment_order in orders))
    await sell(deps, *booking_ids)

    await asyncio.gather(*(capture_payments(deps, booking_ids) for _ in range(3)))

    assert await balances(deps) == {
        BUYER: 0,
        CLEARING: 125_000,
        organizer_payable("org_opera"): -120_000,
        FEES: -5_000,
    }


async def test_what_the_processor_keeps_of_a_capture_is_entered_once(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    intent_id = await paid(deps, asked, is_captured=False)
    provider = StatesItsFee(deps.pool, sleep=no_sleep)

    await capture_payments(served_by(provider, deps), [asked.booking_id])
    await sync_payment(served_by(provider, deps), provider_ref=intent_id)

    found = await balances(deps)
    assert (found[PROCESSOR_FEES], found[CLEARING], found[BUYER]) == (213, 12_500 - 213, 0)


class StatesItsFee(SimulatedProcessor):
    """A processor that says what it keeps of a capture, as Stripe does."""

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        return structs.replace(await super().capture(intent_id, key=key), processor_fee=213)

    async def retrieve(self, intent_id: str) -> Intent:
        return structs.replace(await super().retrieve(intent_id), processor_fee=213)


async def test_a_sale_recorded_twice_counts_once(deps: Deps, order: MakeOrder) -> None:
    booking_id = order().booking_id

    await sell(deps, booking_id)
    await sell(deps, booking_id)

    assert (await balances(deps))[BUYER] == 12_500


async def test_a_refund_in_two_parts_ends_refunded(deps: Deps, order: MakeOrder) -> None:
    booking_id = await captured(deps, order())

    part = await refund_payment(deps, booking_id, 2_500, refund_id="rfd_1")
    rest = await refund_payment(deps, booking_id, 10_000, refund_id="rfd_2", fees=500)

    assert (part.state, rest.state) == (PaymentState.CAPTURED, PaymentState.REFUNDED)
    assert set((await balances(deps)).values()) == {0}


async def test_refunds_at_once_never_exceed_the_payment(deps: Deps, order: MakeOrder) -> None:
    booking_id = await captured(deps, order())

    results = await asyncio.gather(
        *(refund_payment(deps, booking_id, 5_000, refund_id=f"rfd_{number}") for number in range(5)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, RefundExceedsPayment) for result in results) == 3
    assert (await balances(deps))[CLEARING] == 2_500


async def test_the_same_refund_requested_twice_is_made_once(deps: Deps, order: MakeOrder) -> None:
    booking_id = await captured(deps, order())

    await asyncio.gather(*(refund_payment(deps, booking_id, 5_000, refund_id="rfd_1") for _ in range(4)))

    assert (await balances(deps))[CLEARING] == 7_500


async def test_nothing_is_refunded_before_the_capture(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    await authorize_payment(deps, asked)

    with pytest.raises(PaymentNotCaptured):
        await refund_payment(deps, asked.booking_id, 1, refund_id="rfd_1")


async def test_the_ledger_refuses_entries_that_do_not_sum_to_zero(deps: Deps) -> None:
    crooked = LedgerTransaction("x:capture", "capture", "bkg_x", (Entry(BUYER, 5, "USD"), Entry(FEES, -5, "EUR")))

    async with deps.pool.connection() as conn:
        with pytest.raises(psycopg.errors.CheckViolation):
            await append_ledger(conn, [crooked])


async def test_the_ledger_refuses_entries_without_a_transaction(deps: Deps) -> None:
    async with deps.pool.connection() as conn:
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            await conn.execute(
                "INSERT INTO payments.ledger_entries VALUES ('nobody', 1, 'a', 5, 'USD'), ('nobody', 2, 'b', -5, 'USD')"
            )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments.ledger_entries SET amount = amount",
        "DELETE FROM payments.ledger_entries",
        "UPDATE payments.ledger_transactions SET kind = kind",
        "DELETE FROM payments.ledger_transactions",
    ],
)
async def test_ledger_entries_cannot_be_changed_or_deleted(deps: Deps, order: MakeOrder, statement: str) -> None:
    await sell(deps, order().booking_id)

    async with deps.pool.connection() as conn:
        with pytest.raises(psycopg.errors.RestrictViolation):
            await conn.execute(statement.encode())
