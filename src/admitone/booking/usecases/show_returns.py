"""Show seats that went back on sale."""

from collections.abc import Sequence

from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.lay_out_anew import lay_out_anew
from admitone.booking.usecases.show_places import show_places


async def show_returns(deps: Deps, *, event_id: str, indexes: Sequence[int] | None) -> None:
    """Make Redis show these places. `indexes` None: a job of an earlier version, which says no more than the event."""
    if indexes is None:
        await lay_out_anew(deps, event_id=event_id)
    else:
        await show_places(deps, event_id=event_id, indexes=indexes)
