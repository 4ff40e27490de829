"""Record what the provider said about attempts, and answer with what our rows say then."""

from collections.abc import Iterable, Sequence

import structlog
from prometheus_client import Counter

from admitone.kit.postgres import Connection
from admitone.payments.contracts import PaymentOutcome
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.ledger import capture_transaction, processor_fee_transaction, unpaid_reversal
from admitone.payments.domain.payment import (
    CAPTURED,
    OPEN,
    PAID,
    Payment,
    PaymentUpdate,
    Status,
    may_still_pay,
    outcome_of,
    update_from_intent,
)
from admitone.payments.store.cards import keep_cards
from admitone.payments.store.ledger import append_ledger, read_sold, reverse_transactions
from admitone.payments.store.payments import apply_updates, lock_payments, read_payments
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)
UNPAID = Counter("admitone_sales_unpaid_total", "Sold bookings that could not be captured and were reversed")

REVOKE_JOB = "booking.revoke_sale"

# These states change the ledger in the same commit; the others are one cheap statement of a batch.
_TOUCHES_THE_BOOKS = frozenset({Status.CAPTURED, Status.VOIDED})


async def apply_intent(deps: Deps, payment: Payment, intent: Intent) -> PaymentOutcome:
    """Record `intent` and return the outcome; a row that is further already decides."""
    updates = update_from_intent(payment, intent)
    if updates.status is Status.DECLINED and may_still_pay(payment, payment.status):
        return outcome_of(updates)  # the client may try another card with the same intent: the row stays open
    return await apply_update(deps, updates)


async def apply_update(deps: Deps, updates: PaymentUpdate) -> PaymentOutcome:
    """Record `updates` where it is a step forward; return the outcome that the row has then."""
    if updates.status in _TOUCHES_THE_BOOKS:
        is_step = (updates.booking_id, updates.attempt) in await record_outcomes(deps, [updates])
    else:
        is_step = await deps.writes.record(updates)
    if is_step:
        return outcome_of(updates)
    rows = await deps.writes.read(updates.booking_id)
    return outcome_of(next(row for row in rows if row.attempt == updates.attempt))


async def record_outcomes(
    deps: Deps, updates: Sequence[PaymentUpdate], *, booking_ids: Iterable[str] = ()
) -> set[tuple[str, int]]:
    """In one commit: record `updates`, enter captures into the ledger, write off sales that no attempt pays for.

    Return (booking id, attempt) of those that moved forward. `booking_ids`: check these too, without updates.
    """
    touched = {update.booking_id for update in updates} | set(booking_ids)
    if not touched:
        return set()
    async with deps.pool.connection() as conn, conn.transaction():
        await lock_payments(conn, touched)
        moved = await apply_updates(conn, updates) if updates else set()
        attempts = await read_payments(conn, touched)
        captured = [payment for payment in attempts if payment.status in CAPTURED]
        fees = {(update.booking_id, update.attempt): update.processor_fee for update in updates}
        await append_ledger(
            conn,
            [
                *(capture_transaction(payment.booking_id, payment.amount, payment.currency) for payment in captured),
                *(
                    processor_fee_transaction(payment.booking_id, fee, payment.currency)
                    for payment in captured
                    if (fee := fees.get((payment.booking_id, payment.attempt)))
                ),
            ],
        )
        cards = {update.booking_id: update.card_last4 for update in updates if update.card_last4 is not None}
        if cards:
            await keep_cards(conn, cards)
        await _write_off(deps, conn, touched, attempts)
    return moved


async def _write_off(deps: Deps, conn: Connection, booking_ids: set[str], attempts: Sequence[Payment]) -> None:
    """Reverse sales whose attempts all ended without money, and tell booking to revoke their tickets.

    The buyer owes nothing and the organizer is owed nothing; the tickets become void and the seats return.
    """
    alive = {payment.booking_id for payment in attempts if payment.status in PAID | OPEN}
    sold = await read_sold(conn, booking_ids - alive)
    if not sold:
        return
    for booking_id in await reverse_transactions(conn, [unpaid_reversal(booking_id) for booking_id in sorted(sold)]):
        UNPAID.inc()
        log.error("sold, and not paid: the sale is reversed", booking_id=booking_id)
        await deps.defer(conn, REVOKE_JOB, booking_id=booking_id)
