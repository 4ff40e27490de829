"""Enter sales into the ledger, and take the money that was authorized for them."""

import asyncio
import random
from collections.abc import Callable, Sequence

import structlog
from prometheus_client import Counter

from admitone.kit.crash_points import crash_point
from admitone.kit.jobs import Defer
from admitone.kit.postgres import Connection
from admitone.kit.rush_delay import rush_delay_seconds
from admitone.payments.contracts import SaleMoney
from admitone.payments.domain.capture_delay import PUT_OFF_SECONDS, is_overdue
from admitone.payments.domain.idempotency_keys import another_key, capture_key
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.ledger import box_office_capture_transaction, sale_transaction
from admitone.payments.domain.payment import CAPTURED, OPEN, PAID, Payment, PaymentUpdate, Status, update_from_intent
from admitone.payments.ports import Endpoint, ProviderRefused, ProviderUnreachable
from admitone.payments.store.ledger import append_ledger
from admitone.payments.store.payments import insert_box_office_payment, read_payments
from admitone.payments.usecases.attempt.end import end_attempt
from admitone.payments.usecases.attempt.outcome import record_outcomes
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)

CAPTURE_JOB = "payments.capture"
OVERDUE = Counter("admitone_captures_overdue_total", "Captures that waited for the write budget for six hours")


class CapturesOutstanding(Exception):
    """The provider did not answer for these bookings: retry the job."""

    def __init__(self, booking_ids: Sequence[str]) -> None:
        super().__init__(f"{len(booking_ids)} captures outstanding, first {booking_ids[:3]}")
        self.booking_ids = tuple(booking_ids)


async def record_sales(
    conn: Connection,
    sales: list[SaleMoney],
    defer: Defer,
    *,
    is_rush: bool = False,
    uniform: Callable[[float, float], float] = random.uniform,
) -> None:
    """In the transaction of a batch of sales: write their ledger entries and one capture job for all of them.

    In a rush the job waits. A free booking has no ledger entries.
    """
    paid = [sale for sale in sales if sale.subtotal + sale.fees > 0]
    if not paid:
        return
    await append_ledger(conn, [sale_transaction(sale) for sale in paid])
    wait_seconds = rush_delay_seconds(is_rush=is_rush, uniform=uniform)
    await defer(conn, CAPTURE_JOB, wait_seconds=wait_seconds, booking_ids=[sale.booking_id for sale in paid])


async def record_box_office_sale(conn: Connection, sale: SaleMoney, method: str) -> None:
    """In the transaction of a box office sale: enter the sale and its money. `method`: `cash` or `card_terminal`.

    The organizer has the money already: no capture, no call to the provider. A free sale has no ledger entries.
    """
    amount = sale.subtotal + sale.fees
    if not amount:
        return
    await insert_box_office_payment(
        conn, booking_id=sale.booking_id, method=method, amount=amount, currency=sale.currency
    )
    await append_ledger(conn, [sale_transaction(sale), box_office_capture_transaction(sale, method)])


async def capture_payments(deps: Deps, booking_ids: Sequence[str], *, put_off_since: float | None = None) -> None:
    """Capture each booking's authorized payment once, and enter it into the ledger with the same commit.

    A second call completes the rest. End attempts that the buyer abandoned (an unfinished authentication).
    Take back a sale that no attempt pays for (an expired authorization).
    Put off what the write budget does not allow now; `put_off_since`: the Unix time when it was first put off.
    Raises `CapturesOutstanding` after everything else was recorded; where some are put off, the unanswered ones go
    with them: a retry of this job would put off the same captures again, each time in one more job.
    """
    async with deps.pool.connection() as conn:
        attempts = await read_payments(conn, booking_ids)
    chosen = _choose(attempts)
    is_late = is_overdue(put_off_since, deps.now().timestamp())
    allowed = await _allowed(deps, len(chosen), is_late=is_late)
    updates = await asyncio.gather(*(_capture(deps, payment, is_late=is_late) for payment in chosen[:allowed]))
    crash_point("payments.captured")
    put_off = {payment.booking_id for payment in chosen[allowed:]}
    outstanding = {
        payment.booking_id for payment, answer in zip(chosen[:allowed], updates, strict=True) if answer is None
    }

    paid = {payment.booking_id for payment in attempts if payment.status in PAID}
    for payment in attempts:
        is_spare = payment.status is Status.AUTHORIZED and payment not in chosen
        if is_spare or (payment.status in OPEN and payment.booking_id in paid):
            await end_attempt(deps, payment, void_authorized=is_spare)
        elif payment.status in OPEN and await _is_undecided(deps, payment):
            outstanding.add(payment.booking_id)
    answered = [update for update in updates if update is not None]
    await record_outcomes(deps, answered, booking_ids=set(booking_ids) - outstanding - put_off)
    crash_point("payments.booked")
    if put_off:
        await _put_off(deps, sorted(put_off | outstanding), put_off_since)
    elif outstanding:
        raise CapturesOutstanding(sorted(outstanding))


async def _allowed(deps: Deps, count: int, *, is_late: bool) -> int:
    """Return how many captures may be made now."""
    if deps.budget is None or not count:
        return count
    if is_late:
        OVERDUE.inc(count)
        log.error("captures are overdue", count=count)
        return count
    return await deps.budget.spare(Endpoint.CAPTURE, count)


async def _put_off(deps: Deps, booking_ids: Sequence[str], put_off_since: float | None) -> None:
    """Write a job of its own: waiting for the budget is no failed try of this one."""
    since = put_off_since if put_off_since is not None else deps.now().timestamp()
    async with deps.pool.connection() as conn, conn.transaction():
        await deps.defer(
            conn,
            CAPTURE_JOB,
            wait_seconds=random.uniform(*PUT_OFF_SECONDS),  # noqa: S311 - spreads work, nothing secret
            booking_ids=list(booking_ids),
            put_off_since=since,
        )


def _choose(attempts: Sequence[Payment]) -> list[Payment]:
    """Choose a booking's first authorized attempt, and none where another was captured: a buyer pays once."""
    captured = {payment.booking_id for payment in attempts if payment.status in CAPTURED}
    chosen: dict[str, Payment] = {}
    for payment in attempts:
        if payment.status is Status.AUTHORIZED and payment.booking_id not in captured:
            chosen.setdefault(payment.booking_id, payment)
    return list(chosen.values())


async def _is_undecided(deps: Deps, payment: Payment) -> bool:
    """End the only attempt of a sold booking, or learn that it was authorized: then the job's retry captures it."""
    await end_attempt(deps, payment, void_authorized=False)
    async with deps.pool.connection() as conn:
        now = await read_payments(conn, [payment.booking_id])
    return any(row.status in OPEN | {Status.AUTHORIZED} for row in now)


async def _capture(deps: Deps, payment: Payment, *, is_late: bool) -> PaymentUpdate | None:
    """Return what to record; None if the provider did not answer. `is_late`: it takes its turn among the buyers."""
    try:
        if is_late and deps.budget is not None:
            await deps.budget.spend(Endpoint.CAPTURE)
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
