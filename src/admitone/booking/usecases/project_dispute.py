"""The buyer's bank took the money back, or gave it again."""

from admitone.booking.store.refunds import mark_disputed
from admitone.booking.usecases.deps import Deps


async def project_dispute(deps: Deps, *, booking_id: str, is_disputed: bool) -> None:
    """While the money is in dispute the barcodes admit nobody; the seats are not sold again."""
    async with deps.pool.connection() as conn:
        await mark_disputed(conn, booking_id, is_disputed=is_disputed)
