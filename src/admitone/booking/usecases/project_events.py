"""Apply the catalogue's announcements in its own transaction, so that booking never lags behind it."""

from datetime import datetime

from admitone.booking.contracts import Notice
from admitone.booking.domain.notices import notices_of
from admitone.booking.domain.sale_plan import inventory_digest
from admitone.booking.store import inventory as store
from admitone.catalogue.contracts import EventsChanged, EventStatus, SaleTerms
from admitone.kit.postgres import Connection


async def collect_notices(conn: Connection, changed: EventsChanged, *, now: datetime) -> list[Notice]:
    """Return the notices of new terms to clients with the seats open, due after the commit.

    Call it before `project_events`, in the catalogue's transaction, which has the events locked. An event whose seats
    were never shown makes no notice.
    """
    if not changed.terms:
        return []
    before = await store.read_published_terms(conn, [terms.event_id for terms in changed.terms])
    return [
        notice
        for after in changed.terms
        if after.event_id in before and before[after.event_id].revision < after.revision
        for notice in notices_of(before[after.event_id], after, now)
    ]


async def project_events(conn: Connection, changed: EventsChanged) -> list[str]:
    """Store the terms of events that are or were published.

    Return the ids of events whose tickets are issued for another inventory: `reissue_inventory` is due after the
    commit.
    """
    if not changed.terms:
        return []
    await store.project_events(
        conn, changed.terms, [terms.capacity for terms in changed.terms], [_is_open(terms) for terms in changed.terms]
    )
    digests = {terms.event_id: inventory_digest(terms) for terms in changed.terms}
    return await store.list_outdated_inventories(conn, digests)


def _is_open(terms: SaleTerms) -> bool:
    return terms.published and terms.status in (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
