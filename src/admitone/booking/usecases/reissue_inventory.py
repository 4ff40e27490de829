"""The terms of a running sale make other tickets than were issued: a capacity raised or cut, a category priced."""

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.load_inventory import load_inventory


async def reissue_inventory(deps: Deps, *, event_id: str) -> None:
    """Issue and withdraw tickets as the terms say now, and show it."""
    # A load that is under way may have read before the commit that changed the terms; the one after it has not.
    for _ in range(2):
        await load_inventory(deps, event_id=event_id)
