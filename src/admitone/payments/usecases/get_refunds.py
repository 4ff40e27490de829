"""What was given back for a booking."""

from admitone.payments.contracts import RefundView
from admitone.payments.store.refunds import list_refunds
from admitone.payments.usecases.deps import Deps


async def get_refunds(deps: Deps, booking_id: str) -> list[RefundView]:
    """By time, those made at the provider too."""
    async with deps.pool.connection() as conn:
        return await list_refunds(conn, booking_id)
