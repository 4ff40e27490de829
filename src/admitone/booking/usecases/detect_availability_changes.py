"""Notice that lists must say another word of an event (few left, sold out, on sale): caches keep the words."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from admitone.booking.domain.availability_word import availability_word
from admitone.booking.store.inventory import read_touched_inventories
from admitone.booking.usecases.deps import Deps

_OVERLAP = timedelta(seconds=30)
"""Looks overlap: another clock stamps the counts, and clocks jump. A word that is read twice has not changed."""
_EVENTS_MAX = 100_000


@dataclass
class WordsSeen:
    """What the caller keeps between looks: when the last was, and the words of the events it saw."""

    since: datetime
    words: dict[str, str] = field(default_factory=dict)


async def detect_availability_changes(deps: Deps, *, seen: WordsSeen) -> bool:
    """Return whether the word of any event changed since the last look; one seen for the first time has."""
    now = deps.now()
    async with deps.pool.connection() as conn:
        # A clock that went back: what opened or closed in the time that is still to come is read again.
        since, until = min(seen.since, now), max(seen.since, now)
        rows = await read_touched_inventories(conn, since=since - _OVERLAP, until=until)
    words = {
        row["event_id"]: availability_word(
            is_open=row["open"],
            on_sale_at=row["on_sale_at"],
            off_sale_at=row["off_sale_at"],
            available=row["available"],
            capacity=row["capacity"],
            now=now,
        )
        for row in rows
    }
    changed = any(seen.words.get(event_id) != word for event_id, word in words.items())
    if len(seen.words) > _EVENTS_MAX:
        seen.words.clear()  # what comes again then counts as changed once
    seen.words |= words
    seen.since = now
    return changed
