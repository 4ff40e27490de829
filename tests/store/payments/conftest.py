"""Payments with the simulated processor, and a queue that only remembers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from admitone.kit.ids import new_id
from admitone.kit.postgres import Connection, Pool
from admitone.payments.contracts import PaymentOrder, SaleMoney
from admitone.payments.domain.payment import Payment, Status
from admitone.payments.ports import PaymentProvider
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.authorization import authorize_payment
from admitone.payments.usecases.capture import capture_payments, record_sales
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.testing.processor.processor import SimulatedProcessor

Deferred = list[tuple[str, dict[str, Any]]]
MakeOrder = Callable[..., PaymentOrder]


async def no_sleep(_seconds: float) -> None:
    pass


@pytest.fixture
def deferred() -> Deferred:
    return []


class TwoSteps(SimulatedProcessor):
    """As Stripe: the id is known only once the intent is there, so it is created, stored, then confirmed."""

    def predict_id(self, key: str) -> str | None:
        return None


@pytest.fixture(params=[SimulatedProcessor, TwoSteps])
def deps(request: pytest.FixtureRequest, pool: Pool, deferred: Deferred) -> Deps:
    async def defer(_conn: Connection, name: str, /, *, wait_seconds: float = 0.0, **arguments: Any) -> None:
        deferred.append((name, arguments))

    provider = request.param(pool, sleep=no_sleep)
    return Deps(pool, provider, defer, lambda: datetime.now(UTC), PaymentWrites(pool, provider.name))


def served_by(provider: PaymentProvider, deps: Deps) -> Deps:
    """The same process, asking another provider."""
    return replace(deps, provider=provider, writes=PaymentWrites(deps.pool, provider.name))


@pytest.fixture
def order() -> MakeOrder:
    def make(payment_method: str | None = "pm_card_visa", *, attempt: int = 1, amount: int = 12_500) -> PaymentOrder:
        return PaymentOrder(new_id("bkg"), attempt, amount, "USD", payment_method)

    return make


async def sell(deps: Deps, *booking_ids: str) -> None:
    """What booking does in the transaction of a sale, 12,500 minor units each."""
    sales = [SaleMoney(booking_id, "org_opera", "evt_1", 12_000, 500, "USD") for booking_id in booking_ids]
    async with deps.pool.connection() as conn, conn.transaction():
        await record_sales(conn, sales, deps.defer)


async def balances(deps: Deps) -> dict[str, int]:
    async with deps.pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT account, sum(amount)::bigint AS amount FROM payments.ledger_entries GROUP BY account"
        )
        return {row["account"]: row["amount"] for row in await cursor.fetchall()}


async def paid(deps: Deps, order: PaymentOrder, *, is_sold: bool = True, is_captured: bool = True) -> str:
    """→ the intent's id."""
    await authorize_payment(deps, order)
    if is_sold:
        await sell(deps, order.booking_id)
    if is_captured:
        await capture_payments(deps, [order.booking_id])
    (payment,) = await attempts(deps, order)
    assert payment.provider_ref is not None
    return payment.provider_ref


async def attempts(deps: Deps, order: PaymentOrder) -> list[Payment]:
    async with deps.pool.connection() as conn:
        return await read_payments(conn, [order.booking_id])


async def status(deps: Deps, order: PaymentOrder) -> Status:
    (payment,) = await attempts(deps, order)
    return payment.status


def told(deferred: Deferred, name: str) -> list[dict[str, Any]]:
    return [arguments for job, arguments in deferred if job == name]
