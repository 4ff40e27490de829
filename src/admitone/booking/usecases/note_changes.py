"""Before new terms are taken over: what do they change for those who are looking at the seats?"""

from datetime import datetime

from admitone.booking.contracts import Notice
from admitone.booking.domain.notices import notices_of
from admitone.booking.store.sales import read_shown_terms
from admitone.catalogue.contracts import EventsChanged
from admitone.kit.postgres import Connection


async def note_changes(conn: Connection, changed: EventsChanged, *, now: datetime) -> list[Notice]:
    """Return the notices that are due after the commit (`tell_followers`). In the catalogue's transaction, which
    has the events locked; before `follow_events`. An event whose seats nobody ever saw makes none."""
    if not changed.terms:
        return []
    before = await read_shown_terms(conn, [one.event_id for one in changed.terms])
    return [
        notice
        for after in changed.terms
        if after.event_id in before and before[after.event_id].revision < after.revision
        for notice in notices_of(before[after.event_id], after, now)
    ]
