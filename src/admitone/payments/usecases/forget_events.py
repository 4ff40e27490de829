"""The inbox forgets: an event's id is kept to know it again, and nobody sends one again after so long."""

from datetime import timedelta

from admitone.payments.store.events import forget_events as forget
from admitone.payments.usecases.deps import Deps

# Stripe sends an event again for three days, and shows it for thirty.
KEPT = timedelta(days=90)
BATCH_MAX = 1000


async def forget_events(deps: Deps) -> int:
    """Delete what was received longer ago than `KEPT`, a short transaction at a time. Return how many.

    What is still to be synced stays. Several workers may do it at once.
    """
    before = deps.now() - KEPT
    forgotten = 0
    while True:
        async with deps.pool.connection() as conn:
            count = await forget(conn, received_before=before, events_max=BATCH_MAX)
        forgotten += count
        if count < BATCH_MAX:
            return forgotten
