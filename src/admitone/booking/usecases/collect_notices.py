"""Before new terms are taken over: what do they change for those who are looking at the seats?"""

from datetime import datetime

from admitone.booking.contracts import Notice
from admitone.booking.domain.notices import notices_of
from admitone.booking.store.inventory import read_published_terms
from admitone.catalogue.contracts import EventsChanged
from admitone.kit.postgres import Connection


async def collect_notices(conn: Connection, changed: EventsChanged, *, now: datetime) -> list[Notice]:
    """Return the notices that are due after the commit (`publish_notice`). In the catalogue's transaction, which
    has the events locked; before `project_events`. An event whose seats nobody ever saw makes none."""
    if not changed.terms:
        return []
    before = await read_published_terms(conn, [event_terms.event_id for event_terms in changed.terms])
    return [
        notice
        for after in changed.terms
        if after.event_id in before and before[after.event_id].revision < after.revision
        for notice in notices_of(before[after.event_id], after, now)
    ]
