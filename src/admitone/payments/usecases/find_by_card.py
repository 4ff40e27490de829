"""Find bookings by the last four digits of the card that paid them (`FindByCard`)."""

from admitone.payments.store.cards import list_by_card
from admitone.payments.usecases.deps import Deps

BOOKINGS_MAX = 10_000
"""One card in ten thousand has the same digits: with test cards, all have them."""


async def find_by_card(deps: Deps, last4: str) -> list[str]:
    """Return ids of bookings of all organizations, the newest first, and no more than `BOOKINGS_MAX`."""
    async with deps.pool.connection() as conn:
        return await list_by_card(conn, last4, size=BOOKINGS_MAX)
