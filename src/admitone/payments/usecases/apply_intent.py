"""Write down what the provider said, and answer with what the books say then."""

from admitone.payments.contracts import PaymentOutcome
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import (
    Payment,
    PaymentUpdate,
    Status,
    may_still_pay,
    outcome_of,
    update_from_intent,
)
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.record_outcomes import record_outcomes

# What these say changes the ledger, in the same commit; the others are one cheap statement of a batch.
_TOUCHES_THE_BOOKS = frozenset({Status.CAPTURED, Status.VOIDED})


async def apply_intent(deps: Deps, payment: Payment, intent: Intent) -> PaymentOutcome:
    """The outcome after hearing of `intent`; our row wins where it is further already."""
    update = update_from_intent(payment, intent)
    if update.status is Status.DECLINED and may_still_pay(payment, payment.status):
        return outcome_of(update)  # the client may try another card with the same intent: its row stays open
    return await apply_update(deps, update)


async def apply_update(deps: Deps, update: PaymentUpdate) -> PaymentOutcome:
    """Write `update` down where it is a step forward; the outcome is what the row says then."""
    if update.status in _TOUCHES_THE_BOOKS:
        is_step = (update.booking_id, update.attempt) in await record_outcomes(deps, [update])
    else:
        is_step = await deps.writes.record(update)
    if is_step:
        return outcome_of(update)
    async with deps.pool.connection() as conn:
        rows = await read_payments(conn, [update.booking_id])
    return outcome_of(next(row for row in rows if row.attempt == update.attempt))
