"""Take the money of bookings that were sold."""

import asyncio
from collections.abc import Sequence

import structlog

from admitone.kit.crash_points import crash_point
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.payment import (
    CAPTURED,
    OPEN,
    PAID,
    Payment,
    PaymentUpdate,
    Status,
    another_key,
    capture_key,
    update_from_intent,
)
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.end_attempt import end_attempt
from admitone.payments.usecases.record_outcomes import record_outcomes

log = structlog.get_logger(__name__)


class CapturesOutstanding(Exception):
    """The provider did not answer for these bookings; the job is to be tried again."""

    def __init__(self, booking_ids: Sequence[str]) -> None:
        super().__init__(f"{len(booking_ids)} captures outstanding, first {booking_ids[:3]}")
        self.booking_ids = tuple(booking_ids)


async def capture_payments(deps: Deps, booking_ids: Sequence[str]) -> None:
    """Capture each booking's authorized payment once, and record it in the books with the same commit.

    Asked again it does what is left. Tries that the buyer gave up (an authentication never finished) are ended.
    A sale that no try pays for (an authorization that ran out) is taken back.
    Raises `CapturesOutstanding` after everything else was recorded.
    """
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, booking_ids)
    chosen = _choose(attempts)
    updates = await asyncio.gather(*(_capture(deps, chosen_payment) for chosen_payment in chosen))
    crash_point("payments.captured")
    outstanding = {
        chosen_payment.booking_id for chosen_payment, answer in zip(chosen, updates, strict=True) if answer is None
    }

    paid = {attempt.booking_id for attempt in attempts if attempt.status in PAID}
    for payment in attempts:
        is_spare = payment.status is Status.AUTHORIZED and payment not in chosen
        if is_spare or (payment.status in OPEN and payment.booking_id in paid):
            await end_attempt(deps, payment, void_authorized=is_spare)
        elif payment.status in OPEN and await _is_undecided(deps, payment):
            outstanding.add(payment.booking_id)
    await record_outcomes(
        deps, [update for update in updates if update is not None], booking_ids=set(booking_ids) - outstanding
    )
    crash_point("payments.booked")
    if outstanding:
        raise CapturesOutstanding(sorted(outstanding))


def _choose(attempts: Sequence[Payment]) -> list[Payment]:
    """One authorized try a booking, the first, and none where another was captured: nobody pays twice."""
    captured = {attempt.booking_id for attempt in attempts if attempt.status in CAPTURED}
    chosen: dict[str, Payment] = {}
    for payment in attempts:
        if payment.status is Status.AUTHORIZED and payment.booking_id not in captured:
            chosen.setdefault(payment.booking_id, payment)
    return list(chosen.values())


async def _is_undecided(deps: Deps, payment: Payment) -> bool:
    """End the only try of a sold booking, or learn that it was authorized: then the job comes again and captures."""
    await end_attempt(deps, payment, void_authorized=False)
    async with deps.pool.connection() as conn:
        now = await read_payments(conn, [payment.booking_id])
    return any(current.status in OPEN | {Status.AUTHORIZED} for current in now)


async def _capture(deps: Deps, payment: Payment) -> PaymentUpdate | None:
    """What became of it; None where the provider did not answer."""
    try:
        intent = await _ask(deps, payment)
    except ProviderUnreachable:
        return None
    if intent.status is not IntentStatus.SUCCEEDED:
        log.error("sold, not captured", booking_id=payment.booking_id, intent_status=intent.status.value)
    return update_from_intent(payment, intent)


async def _ask(deps: Deps, payment: Payment) -> Intent:
    assert payment.provider_ref is not None
    key = capture_key(payment.booking_id, payment.attempt)
    try:
        try:
            return await deps.provider.capture(payment.provider_ref, key=key)
        except ProviderUnreachable as error:
            if not error.is_replayed:
                raise
            # Another key is safe: an intent is captured once, by its state.
            return await deps.provider.capture(payment.provider_ref, key=another_key(key))
    except ProviderRefused as refusal:
        log.warning("capture refused", booking_id=payment.booking_id, code=refusal.code)
        return await deps.provider.retrieve(payment.provider_ref)
