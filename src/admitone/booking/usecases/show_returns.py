"""Show seats that went back on sale."""

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_sale import load_sale


async def show_returns(deps: Deps, *, event_id: str) -> None:
    """Load the event into Redis as PostgreSQL has it now."""
    # A load that is under way may have read before the commit that gave the seats back; the one after it has not.
    for _ in range(2):
        await load_sale(deps, event_id=event_id)
