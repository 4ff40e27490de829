"""Take the money of bookings that were sold."""

import asyncio
from collections.abc import Sequence

import structlog
from prometheus_client import Counter

from admitone.payments.domain.intent import Intent
from admitone.payments.domain.ledger import capture_transaction
from admitone.payments.domain.payment import (
    OPEN,
    PAID,
    News,
    Payment,
    Status,
    capture_key,
    news_from_intent,
)
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.ledger import append_ledger
from admitone.payments.store.payments import read_payments, record_news
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import end_attempt

log = structlog.get_logger(__name__)
UNPAID = Counter("admitone_sales_unpaid_total", "Sold bookings whose authorization could not be captured")


class CapturesOutstanding(Exception):
    """The provider did not answer for these bookings; the job is to be tried again."""

    def __init__(self, booking_ids: Sequence[str]) -> None:
        super().__init__(f"{len(booking_ids)} captures outstanding, first {booking_ids[:3]}")
        self.booking_ids = tuple(booking_ids)


async def capture_payments(deps: Deps, booking_ids: Sequence[str]) -> None:
    """Capture each booking's authorized payment once, and record it in the books with the same commit.

    Asked again it does what is left. Tries that the buyer gave up (an authentication never finished) are ended.
    Raises `CapturesOutstanding` after everything else was recorded.
    """
    async with deps.pool.connection() as conn:
        tries = await read_payments(conn, booking_ids)
    authorized = [one for one in tries if one.status is Status.AUTHORIZED]
    news = await asyncio.gather(*(_capture(deps, one) for one in authorized))
    await _record(deps, authorized, [one for one in news if one is not None])
    outstanding = [one.booking_id for one, answer in zip(authorized, news, strict=True) if answer is None]

    paid = {one.booking_id for one in tries if one.status in PAID}
    for payment in tries:
        if payment.status in OPEN and payment.booking_id in paid:
            await end_attempt(deps, payment, void_authorized=False)
    for booking_id in sorted(set(booking_ids) - paid):
        UNPAID.inc()
        log.error("sold without an authorized payment", booking_id=booking_id)
    if outstanding:
        raise CapturesOutstanding(outstanding)


async def _capture(deps: Deps, payment: Payment) -> News | None:
    """What became of it; None where the provider did not answer."""
    assert payment.provider_ref is not None
    try:
        try:
            intent = await deps.provider.capture(
                payment.provider_ref, key=capture_key(payment.booking_id, payment.attempt)
            )
        except ProviderRefused as refusal:
            log.warning("capture refused", booking_id=payment.booking_id, code=refusal.code)
            intent = await deps.provider.retrieve(payment.provider_ref)
    except ProviderUnreachable:
        return None
    return _news(payment, intent)


def _news(payment: Payment, intent: Intent) -> News:
    news = news_from_intent(payment, intent)
    if news.status is not Status.CAPTURED:
        UNPAID.inc()
        log.error("sold, not captured", booking_id=payment.booking_id, intent_status=intent.status.value)
    return news


async def _record(deps: Deps, payments: Sequence[Payment], news: Sequence[News]) -> None:
    amounts = {one.booking_id: (one.amount, one.currency) for one in payments}
    async with deps.pool.connection() as conn, conn.transaction():
        moved = await record_news(conn, news)
        captured = [one for one in news if one.status is Status.CAPTURED and (one.booking_id, one.attempt) in moved]
        await append_ledger(conn, [capture_transaction(one.booking_id, *amounts[one.booking_id]) for one in captured])
