"""Jobs of booking: what must happen after a commit, and again until it has."""

from procrastinate import App, RetryStrategy

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.resolve_payment import resolve_payment
from admitone.booking.usecases.show_sales import show_sales

# 1 s, 2 s, 4 s … for about two hours: a provider that is down comes back.
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


def register(jobs: App, deps: Deps) -> None:
    """Register on the worker's queue."""

    @jobs.task(name="booking.show_sales", retry=RETRY)
    async def _show_sales(booking_ids: list[str]) -> None:
        await show_sales(deps, booking_ids=booking_ids)

    @jobs.task(name="booking.resolve_payment", retry=RETRY)
    async def _resolve_payment(booking_id: str) -> None:
        await resolve_payment(deps, booking_id=booking_id)
