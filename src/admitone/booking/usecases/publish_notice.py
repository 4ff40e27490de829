"""Tell everybody who follows an event's seats what happened to it."""

import msgspec

from admitone.booking.contracts import Notice
from admitone.booking.usecases.deps import Deps


async def publish_notice(deps: Deps, *, notice: Notice, notice_id: str) -> None:
    """Put the notice into the event's stream; the second time with the same `notice_id` changes nothing.

    An event that is not loaded has nobody who follows it (or they are about to get a snapshot): nothing happens.
    """
    await deps.locks.append_notice(notice.event_id, notice_id, msgspec.json.encode(notice))
