"""Apply changes at the provider to our books: by its current state, once, in whatever order its events arrive."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from admitone.kit.postgres import Pool
from admitone.payments.contracts import PaymentOrder, PaymentState
from admitone.payments.domain.idempotency_keys import create_key
from admitone.payments.domain.ledger import CLEARING, DISPUTED, FEES, organizer_payable
from admitone.payments.domain.payment import Payment, Status
from admitone.payments.domain.webhook import InvalidSignature
from admitone.payments.ports import IntentOrder
from admitone.payments.store.refunds import reserve_refund
from admitone.payments.usecases.attempt.end import intent_order
from admitone.payments.usecases.authorization import authorize_payment
from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.provider_events import (
    BATCH_MAX,
    KEPT,
    EventNotSynced,
    WebhooksOff,
    forget_events,
    receive_event,
    sync_event,
)
from admitone.payments.usecases.refunds import PaymentDisputed, complete_refund, refund_payment
from admitone.payments.usecases.void import void_payment
from admitone.payments.usecases.webhook_health import webhook_health
from admitone.testing.processor import incidents as incidents
from tests.store.payments.conftest import Deferred, MakeOrder, attempts, balances, paid, status, told

SECRET = "whsec_1"
ORGANIZER = organizer_payable("org_opera")


@pytest.fixture
def deps(deps: Deps) -> Deps:
    return replace(deps, webhook_secrets=(SECRET,))


async def hear(deps: Deps, event_id: str, intent_ref: str, event_type: str = "charge.updated") -> bool:
    """Receive a signed event of the provider."""
    about = {"id": "ch_1", "object": "charge", "payment_intent": intent_ref}
    body = msgspec.json.encode({"id": event_id, "type": event_type, "data": {"object": about}})
    at = int(deps.now().timestamp())
    digest = hmac.new(SECRET.encode(), b"%d.%s" % (at, body), hashlib.sha256).hexdigest()
    return await receive_event(deps, body=body, signature=f"t={at},v1={digest}")


async def receive_and_sync(deps: Deps, event_id: str, intent_ref: str) -> None:
    await hear(deps, event_id, intent_ref)
    await sync_event(deps, event_id)


async def test_an_event_is_stored_once_and_applied_once(deps: Deps, order: MakeOrder, deferred: Deferred) -> None:
    intent = await paid(deps, asked := order(), is_captured=False)
    await deps.provider.capture(intent, key="by hand")

    heard = [await hear(deps, "evt_1", intent) for _ in range(3)]
    for _ in range(3):
        await sync_event(deps, "evt_1")

    assert heard == [True, False, False]
    assert len(told(deferred, "payments.sync_event")) == 1
    assert await status(deps, asked) is Status.CAPTURED
    assert (await balances(deps))[CLEARING] == 12_500


async def test_forged_and_unexpected_events_are_not_stored(deps: Deps, pool: Pool) -> None:
    body = b'{"id":"evt_1","type":"x","data":{"object":{"id":"pi_1","object":"payment_intent"}}}'

    with pytest.raises(InvalidSignature):
        await receive_event(deps, body=body, signature=f"t={int(deps.now().timestamp())},v1={'0' * 64}")
    with pytest.raises(WebhooksOff):
        await receive_event(replace(deps, webhook_secrets=()), body=body, signature=None)

    async with pool.connection() as conn:
        assert await (await conn.execute("SELECT FROM payments.provider_events")).fetchall() == []


async def test_payments_without_a_webhook_since_are_a_silence(deps: Deps, order: MakeOrder) -> None:
    intent = await paid(deps, order(), is_captured=False)
    later = replace(deps, now=lambda: deps.now() + timedelta(minutes=20))

    at_once, unheard = await webhook_health(deps), await webhook_health(later)
    with pytest.raises(InvalidSignature):
        await receive_event(deps, body=b"{}", signature="t=0,v1=0")
    refused = await webhook_health(later)
    await hear(deps, "evt_heard", intent)
    heard = await webhook_health(later)

    assert at_once is not None
    assert unheard is not None
    assert refused is not None
    assert heard is not None
    assert (at_once.is_silent, at_once.heard_at) == (False, None)
    assert (unheard.is_silent, unheard.refused_at) == (True, None)
    assert (refused.is_silent, refused.heard_at, refused.refused_at is not None) == (True, None, True)
    assert (heard.is_silent, heard.heard_at is not None) == (False, True)
    assert await webhook_health(replace(deps, webhook_secrets=())) is None


async def test_old_events_are_deleted_unless_they_are_still_to_be_applied(
    deps: Deps, order: MakeOrder, pool: Pool
) -> None:
    intent = await paid(deps, order(), is_captured=False)
    for event_id in ("evt_followed", "evt_waits"):
        await hear(deps, event_id, intent)
    await sync_event(deps, "evt_followed")
    async with pool.connection() as conn:  # and more than a batch of events that are not ours
        await conn.execute(
            "INSERT INTO payments.provider_events (id, type) SELECT 'evt_' || n, 'x' FROM generate_series(1, %s) AS n",
            [BATCH_MAX + 1],
        )
    later = replace(deps, now=lambda: datetime.now(UTC) + KEPT + timedelta(minutes=1))

    young = await forget_events(deps)
    forgotten = await forget_events(later)

    async with pool.connection() as conn:
        rows = await (await conn.execute("SELECT id FROM payments.provider_events")).fetchall()
    assert (young, forgotten) == (0, BATCH_MAX + 2)
    assert [row["id"] for row in rows] == ["evt_waits"]


async def test_an_event_that_arrives_before_our_row_is_applied_later(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    payment = intent_order_of(asked)
    intent = await deps.provider.create(payment)
    await hear(deps, "evt_1", intent.id)

    with pytest.raises(EventNotSynced):
        await sync_event(deps, "evt_1")
    await authorize_payment(deps, asked)
    await sync_event(deps, "evt_1")

    assert await status(deps, asked) is Status.AUTHORIZED


def intent_order_of(asked: PaymentOrder) -> IntentOrder:
    return intent_order(
        Payment(
            booking_id=asked.booking_id,
            attempt=asked.attempt,
            provider_ref=None,
            payment_method=asked.payment_method,
            amount=asked.amount,
            currency=asked.currency,
            status=Status.CREATED,
        )
    )


async def test_an_intent_whose_id_was_never_stored_is_found_by_its_metadata(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    await deps.writes.insert(asked, deps.provider.predict_id(create_key(asked.booking_id, 1)))
    intent = await deps.provider.create(intent_order_of(asked))

    await receive_and_sync(deps, "evt_1", intent.id)
    outcome = await authorize_payment(deps, asked)

    assert outcome.state is PaymentState.AUTHORIZED
    assert [attempt.provider_ref for attempt in await attempts(deps, asked)] == [intent.id]


async def test_an_outdated_event_changes_nothing(deps: Deps, order: MakeOrder) -> None:
    """Delivered three days late: the event's content is outdated, so the current state is looked up."""
    intent = await paid(deps, asked := order())
    before = await balances(deps)

    await receive_and_sync(deps, "evt_authorized_long_ago", intent)

    assert await status(deps, asked) is Status.CAPTURED
    assert await balances(deps) == before


async def test_a_payment_of_a_buyer_who_closed_the_page_is_reported_to_booking(
    deps: Deps, order: MakeOrder, deferred: Deferred
) -> None:
    intent = await paid(deps, asked := order(), is_sold=False, is_captured=False)

    await receive_and_sync(deps, "evt_1", intent)

    (word,) = told(deferred, "booking.project_payment")
    assert word == {"booking_id": asked.booking_id, "is_paid": True, "is_asked": False}


async def test_an_expired_authorization_reverses_the_sale(deps: Deps, order: MakeOrder, deferred: Deferred) -> None:
    asked = order()
    intent = await paid(deps, asked, is_captured=False)
    await incidents.expire_authorization(deps.pool, intent)

    for _ in range(2):
        await capture_payments(deps, [asked.booking_id])

    assert await status(deps, asked) is Status.VOIDED
    assert set((await balances(deps)).values()) == {0}
    assert told(deferred, "booking.revoke_sale") == [{"booking_id": asked.booking_id}]


async def test_an_expiry_may_arrive_before_the_capture_is_tried(
    deps: Deps, order: MakeOrder, deferred: Deferred
) -> None:
    asked = order()
    intent = await paid(deps, asked, is_captured=False)
    await incidents.expire_authorization(deps.pool, intent)

    await receive_and_sync(deps, "evt_canceled", intent)
    await capture_payments(deps, [asked.booking_id])

    assert set((await balances(deps)).values()) == {0}
    assert told(deferred, "booking.revoke_sale") == [{"booking_id": asked.booking_id}]


async def test_a_capture_without_a_sale_is_refunded(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    intent = await paid(deps, asked, is_sold=False, is_captured=False)
    await deps.provider.capture(intent, key="by hand")

    outcomes = [(await void_payment(deps, asked.booking_id)).state for _ in range(2)]

    assert outcomes == [PaymentState.REFUNDED] * 2
    assert (await deps.provider.retrieve(intent)).amount_refunded == 12_500
    assert set((await balances(deps)).values()) == {0}


async def test_a_refund_made_at_the_provider_is_recorded(deps: Deps, order: MakeOrder, deferred: Deferred) -> None:
    asked = order()
    intent = await paid(deps, asked)
    await incidents.refund_outside(deps.pool, intent, 12_100)
    await receive_and_sync(deps, "evt_1", intent)
    partly = (await status(deps, asked), await balances(deps))

    await incidents.refund_outside(deps.pool, intent, 400)
    for event_id in ("evt_2", "evt_3"):
        await receive_and_sync(deps, event_id, intent)

    assert partly[0] is Status.PARTIALLY_REFUNDED
    # The organizer's share first; out of the fees only the amount beyond it.
    assert (partly[1][ORGANIZER], partly[1][FEES]) == (0, -400)
    assert await status(deps, asked) is Status.REFUNDED
    assert set((await balances(deps)).values()) == {0}
    assert [item["is_whole"] for item in told(deferred, "booking.project_refunds")] == [False, True]


async def test_a_failed_refund_can_be_made_again(deps: Deps, order: MakeOrder) -> None:
    asked = order()
    intent = await paid(deps, asked)
    await refund_payment(deps, asked.booking_id, 12_500, refund_id="rfd_1", fees=500)
    (known,) = await deps.provider.list_refunds(intent)
    await incidents.fail_refund(deps.pool, known.id)

    for event_id in ("evt_1", "evt_2"):
        await receive_and_sync(deps, event_id, intent)
    failed = (await status(deps, asked), (await balances(deps))[CLEARING])
    again = await refund_payment(deps, asked.booking_id, 12_500, refund_id="rfd_2", fees=500)

    assert failed == (Status.CAPTURED, 12_500)
    assert again.state is PaymentState.REFUNDED
    assert set((await balances(deps)).values()) == {0}


async def test_a_refund_whose_answer_was_lost_is_recorded_from_the_event(deps: Deps, order: MakeOrder) -> None:
    """Killed between the provider's answer and our commit; the event arrives before the job runs again."""
    asked = order()
    intent = await paid(deps, asked)
    async with deps.pool.connection() as conn, conn.transaction():
        await reserve_refund(conn, refund_id="rfd_1", booking_id=asked.booking_id, amount=500, fees=500)
    await deps.provider.refund(intent, amount=500, currency="USD", key="rfd_1:refund", reference="rfd_1")

    await receive_and_sync(deps, "evt_1", intent)
    await complete_refund(deps, "rfd_1")

    assert await status(deps, asked) is Status.PARTIALLY_REFUNDED
    assert (await balances(deps))[FEES] == 0
    assert len(await deps.provider.list_refunds(intent)) == 1


@pytest.mark.parametrize("is_won", [True, False])
async def test_a_dispute_from_its_opening_to_its_end(
    deps: Deps, order: MakeOrder, deferred: Deferred, is_won: bool
) -> None:
    asked = order()
    intent = await paid(deps, asked)
    dispute = await incidents.open_dispute(deps.pool, intent)
    for event_id in ("evt_1", "evt_2"):
        await receive_and_sync(deps, event_id, intent)
    opened = await balances(deps)

    await incidents.close_dispute(deps.pool, dispute, is_won=is_won)
    for event_id in ("evt_3", "evt_4"):
        await receive_and_sync(deps, event_id, intent)
    closed = await balances(deps)

    assert (opened[CLEARING], opened[DISPUTED], opened[ORGANIZER]) == (0, 12_500, -12_000)
    assert closed[DISPUTED] == 0
    assert closed[CLEARING] == (12_500 if is_won else 0)
    assert closed[ORGANIZER] == (-12_000 if is_won else 500)
    assert [item["is_disputed"] for item in told(deferred, "booking.project_dispute")] == [True, not is_won]


@pytest.mark.parametrize("is_won", [True, False])
async def test_a_dispute_about_the_rest_after_a_partial_refund(
    deps: Deps, order: MakeOrder, pool: Pool, is_won: bool
) -> None:
    intent = await paid(deps, asked := order())
    await refund_payment(deps, asked.booking_id, 3_000, refund_id="rfd_1", fees=500)
    dispute = await incidents.open_dispute(pool, intent)
    await receive_and_sync(deps, "evt_1", intent)
    disputed = await balances(deps)

    with pytest.raises(PaymentDisputed):
        await refund_payment(deps, asked.booking_id, 1_000, refund_id="rfd_2")
    await incidents.close_dispute(pool, dispute, is_won=is_won)
    await receive_and_sync(deps, "evt_2", intent)
    decided = await balances(deps)

    assert (disputed[CLEARING], disputed[DISPUTED], disputed[ORGANIZER]) == (0, 9_500, -9_500)
    assert (decided[CLEARING], decided[DISPUTED]) == (9_500 if is_won else 0, 0)
    assert decided[ORGANIZER] == (-9_500 if is_won else 0)
    assert sum(decided.values()) == 0
    if is_won:
        await refund_payment(deps, asked.booking_id, 9_500, refund_id="rfd_3")
        assert await status(deps, asked) is Status.REFUNDED
    else:
        with pytest.raises(PaymentDisputed):
            await refund_payment(deps, asked.booking_id, 1, refund_id="rfd_3")
