"""Give events a new revision after a change of their venue or performer, whose names their documents contain."""

from datetime import time

import msgspec

from admitone.catalogue.domain.build_event import start_of_day
from admitone.catalogue.domain.event import Event
from admitone.catalogue.usecases.deps import Deps
from admitone.catalogue.usecases.event_changes.store_events import store_events
from admitone.kit.local_time import BadMoment, parse_date, to_local, to_utc
from admitone.kit.postgres import Connection


async def refresh_events(deps: Deps, conn: Connection, events: list[Event], *, timezone: str | None = None) -> None:
    """Announce the published ones again. With another `timezone` all events keep their local time."""
    changed = [
        _touched(event, timezone or event.timezone)
        for event in events
        if event.published or event.timezone != (timezone or event.timezone)
    ]
    now = deps.now()
    if changed:
        await store_events(deps, conn, [msgspec.structs.replace(event, updated_at=now) for event in changed])


def _touched(event: Event, timezone: str) -> Event:
    event = msgspec.structs.replace(event, revision=event.revision + 1)
    if timezone == event.timezone:
        return event
    if event.starts_at is None or event.local_time is None:
        noon = start_of_day(event.local_date, timezone)
        return msgspec.structs.replace(event, timezone=timezone, sort_at=noon)
    try:
        moment = to_utc(parse_date(event.local_date), time.fromisoformat(event.local_time), timezone)
        local_date, local_time = event.local_date, event.local_time
    except BadMoment:  # the new zone's clocks skip this time: keep the moment instead
        moment = event.starts_at
        local_date, local_time = to_local(moment, timezone)
    return msgspec.structs.replace(
        event,
        timezone=timezone,
        starts_at=moment,
        sort_at=moment,
        local_date=local_date,
        local_time=local_time,
    )
