"""Take over what the catalogue announces, in the catalogue's own transaction: selling is never behind it."""

from admitone.booking.domain.plan import layout_name
from admitone.booking.store import sales as store
from admitone.catalogue.contracts import EventsChanged, EventStatus, SaleTerms
from admitone.kit.postgres import Connection


async def follow_events(conn: Connection, changed: EventsChanged) -> list[str]:
    """Store the terms of published events (and of those that once were).

    Return the ids of events whose tickets are issued for another layout: `lay_out_anew` is due after the commit.
    """
    if not changed.terms:
        return []
    await store.follow_events(
        conn, changed.terms, [one.capacity for one in changed.terms], [_is_open(one) for one in changed.terms]
    )
    layouts = {one.event_id: layout_name(one) for one in changed.terms}
    return await store.list_outdated_layouts(conn, layouts)


def _is_open(terms: SaleTerms) -> bool:
    return terms.published and terms.status in (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
