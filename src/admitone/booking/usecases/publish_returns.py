"""Show seats that went back on sale."""

from collections.abc import Sequence

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.publish_seat_states import publish_seat_states
from admitone.booking.usecases.reissue_inventory import reissue_inventory


async def publish_returns(deps: Deps, *, event_id: str, indexes: Sequence[int] | None) -> None:
    """Make Redis show these places. `indexes` None: a job of an earlier version, which says no more than the event."""
    if indexes is None:
        await reissue_inventory(deps, event_id=event_id)
    else:
        await publish_seat_states(deps, event_id=event_id, indexes=indexes)
