"""Write down what the provider said, and answer with what the books say then."""

from admitone.payments.contracts import PaymentOutcome
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import (
    News,
    Payment,
    Status,
    may_still_pay,
    news_from_intent,
    outcome_of,
)
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.record_outcomes import record_outcomes

# What these say changes the ledger, in the same commit; the others are one cheap statement of a batch.
_TOUCHES_THE_BOOKS = frozenset({Status.CAPTURED, Status.VOIDED})


async def learn_outcome(deps: Deps, payment: Payment, intent: Intent) -> PaymentOutcome:
    """The outcome after hearing of `intent`; our row wins where it is further already."""
    news = news_from_intent(payment, intent)
    if news.status is Status.DECLINED and may_still_pay(payment, payment.status):
        return outcome_of(news)  # the client may try another card with the same intent: its row stays open
    return await learn_news(deps, news)


async def learn_news(deps: Deps, news: News) -> PaymentOutcome:
    """Write `news` down where it is a step forward; the outcome is what the row says then."""
    if news.status in _TOUCHES_THE_BOOKS:
        is_step = (news.booking_id, news.attempt) in await record_outcomes(deps, [news])
    else:
        is_step = await deps.writes.record(news)
    if is_step:
        return outcome_of(news)
    async with deps.pool.connection() as conn:
        rows = await read_payments(conn, [news.booking_id])
    return outcome_of(next(row for row in rows if row.attempt == news.attempt))
