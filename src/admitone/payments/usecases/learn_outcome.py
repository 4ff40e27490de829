"""Write down what the provider said, and answer with what the books say then."""

from admitone.payments.contracts import PaymentOutcome
from admitone.payments.domain.intent import Intent
from admitone.payments.domain.payment import News, Payment, news_from_intent, outcome_of
from admitone.payments.store.payments import read_payments
from admitone.payments.usecases.deps import Deps


async def learn_outcome(deps: Deps, payment: Payment, intent: Intent) -> PaymentOutcome:
    """The outcome after hearing of `intent`; our row wins where it is further already."""
    return await learn_news(deps, news_from_intent(payment, intent))


async def learn_news(deps: Deps, news: News) -> PaymentOutcome:
    if await deps.writes.record(news):
        return outcome_of(news)
    async with deps.pool.connection() as conn:
        rows = await read_payments(conn, [news.booking_id])
    return outcome_of(next(row for row in rows if row.attempt == news.attempt))
