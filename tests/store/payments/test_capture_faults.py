"""A provider that does not answer: what was captured is recorded, the rest is asked for again by the job."""

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder
from admitone.payments.domain.idempotency_keys import create_key
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.ledger import BUYER, CLEARING
from admitone.payments.domain.payment import PaymentUpdate, Status
from admitone.payments.jobs import register
from admitone.payments.ports import ProviderUnreachable
from admitone.payments.store.payments import read_payments
from admitone.payments.store.refunds import reserve_refund
from admitone.payments.usecases.authorization import authorize_payment
from admitone.payments.usecases.capture import CapturesOutstanding, capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.payment_writes import PaymentWrites
from admitone.payments.usecases.refunds import complete_refund, refund_payment
from admitone.testing.processor.processor import SimulatedProcessor
from tests.store.payments.conftest import Deferred, MakeOrder, balances, no_sleep, sell, served_by


class LosesAnswers(SimulatedProcessor):
    """Does what it is asked, and loses the first answer about each of `lost`."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool, sleep=no_sleep)
        self.lost: set[str] = set()

    async def capture(self, intent_id: str, *, key: str) -> Intent:
        answer = await super().capture(intent_id, key=key)
        self._lose(key)
        return answer

    async def refund(self, intent_id: str, *, amount: int, currency: str, key: str, reference: str) -> str:
        answer = await super().refund(intent_id, amount=amount, currency=currency, key=key, reference=reference)
        self._lose(key)
        return answer

    def _lose(self, key: str) -> None:
        if key in self.lost:
            self.lost.remove(key)
            raise ProviderUnreachable("Gone.")


@pytest.fixture
def processor(pool: Pool) -> LosesAnswers:
    return LosesAnswers(pool)


@pytest.fixture
def deps(deps: Deps, processor: LosesAnswers) -> Deps:
    return served_by(processor, deps)


async def sold(deps: Deps, *orders: PaymentOrder) -> list[str]:
    for payment_order in orders:
        await authorize_payment(deps, payment_order)
    await sell(deps, *(order.booking_id for order in orders))
    return [order.booking_id for order in orders]


async def test_one_lost_answer_does_not_keep_the_others_from_the_books(
    deps: Deps, order: MakeOrder, processor: LosesAnswers
) -> None:
    booking_ids = await sold(deps, order(), order(), order())
    processor.lost.add(f"{booking_ids[1]}:1:capture")

    with pytest.raises(CapturesOutstanding) as outstanding:
        await capture_payments(deps, booking_ids)
    between = await balances(deps)
    await capture_payments(deps, booking_ids)
    after = await balances(deps)

    assert outstanding.value.booking_ids == (booking_ids[1],)
    assert (between[CLEARING], between[BUYER]) == (25_000, 12_500)
    assert (after[CLEARING], after[BUYER]) == (37_500, 0)


async def test_a_refund_whose_answer_was_lost_is_finished_by_its_job(
    deps: Deps, order: MakeOrder, processor: LosesAnswers, deferred: Deferred
) -> None:
    (booking_id,) = await sold(deps, order())
    await capture_payments(deps, [booking_id])
    processor.lost.add("rfd_1:refund")

    await refund_payment(deps, booking_id, 12_500, refund_id="rfd_1", fees=500)
    name, arguments = deferred[-1]
    await complete_refund(deps, **arguments)

    assert name == "payments.refund"
    assert set((await balances(deps)).values()) == {0}


@pytest.mark.parametrize("was_done", [True, False])
async def test_a_refund_asked_for_after_its_key_is_forgotten_is_made_once(
    deps: Deps, order: MakeOrder, processor: LosesAnswers, was_done: bool
) -> None:
    (booking_id,) = await sold(deps, order())
    await capture_payments(deps, [booking_id])
    async with deps.pool.connection() as conn, conn.transaction():
        await reserve_refund(conn, refund_id="rfd_1", booking_id=booking_id, amount=3_000, fees=0)
        await conn.execute("UPDATE payments.refunds SET created_at = created_at - interval '2 days'")
        (payment,) = await read_payments(conn, [booking_id])
    assert payment.provider_ref is not None
    if was_done:  # under a key that the provider has forgotten since
        await processor.refund(payment.provider_ref, amount=3_000, currency="USD", key="old", reference="rfd_1")

    await complete_refund(deps, "rfd_1")

    assert [refund.amount for refund in await processor.list_refunds(payment.provider_ref)] == [3_000]
    assert (await balances(deps))[CLEARING] == 9_500


async def test_the_job_asks_again_until_all_is_captured(deps: Deps, order: MakeOrder, processor: LosesAnswers) -> None:
    booking_ids = await sold(deps, order(), order())
    processor.lost.add(f"{booking_ids[0]}:1:capture")
    jobs = App(connector=InMemoryConnector())
    register(jobs, deps)

    async with jobs.open_async():
        await jobs.configure_task("payments.capture").defer_async(booking_ids=[*booking_ids])
        await jobs.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
        waiting = [job for job in jobs.connector.jobs.values() if job["status"] == "todo"]  # type: ignore[attr-defined]

    assert len(waiting) == 1
    assert (await balances(deps))[CLEARING] == 12_500


async def test_two_pieces_of_news_in_one_batch_are_taken_in_turn(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    writes = PaymentWrites(deps.pool, "simulated")
    await writes.insert(asked, deps.provider.predict_id(create_key(asked.booking_id, 1)))
    updates = [
        PaymentUpdate(asked.booking_id, 1, status) for status in (Status.AUTHORIZED, Status.VOIDED, Status.CAPTURED)
    ]

    moved = await writes._record_batch(updates)

    assert moved == [True, True, False]
