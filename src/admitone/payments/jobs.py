"""Jobs of payments: each runs at least once and takes effect once."""

from procrastinate import App, RetryStrategy

from admitone.payments.usecases.capture import capture_payments
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.provider_events import sync_event
from admitone.payments.usecases.refunds import complete_refund
from admitone.payments.usecases.void import void_payment

# Waits of 1, 6, 11 … s: about 100 minutes of retries, then the job is `failed` and an operator is alerted.
RETRY = RetryStrategy(max_attempts=50, wait=1, linear_wait=5)


def register(jobs: App, deps: Deps) -> None:
    """`payments.capture(booking_ids, put_off_since)`, `.void(booking_id)`, `.refund(refund_id)`,
    `.sync_event(event_id)`."""

    @jobs.task(name="payments.capture", retry=RETRY)
    async def capture(booking_ids: list[str], put_off_since: float | None = None) -> None:
        await capture_payments(deps, booking_ids, put_off_since=put_off_since)

    @jobs.task(name="payments.void", retry=RETRY)
    async def void(booking_id: str) -> None:
        await void_payment(deps, booking_id)

    @jobs.task(name="payments.refund", retry=RETRY)
    async def refund(refund_id: str) -> None:
        await complete_refund(deps, refund_id)

    @jobs.task(name="payments.sync_event", aliases=["payments.follow_event"], retry=RETRY)
    async def sync(event_id: str) -> None:
        await sync_event(deps, event_id)
