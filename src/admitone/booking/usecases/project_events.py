"""Take over what the catalogue announces, in the catalogue's own transaction: selling is never behind it."""

from admitone.booking.domain.sale_plan import inventory_digest
from admitone.booking.store import inventory as store
from admitone.catalogue.contracts import EventsChanged, EventStatus, SaleTerms
from admitone.kit.postgres import Connection


async def project_events(conn: Connection, changed: EventsChanged) -> list[str]:
    """Store the terms of published events (and of those that once were).

    Return the ids of events whose tickets are issued for another layout: `reissue_inventory` is due after the commit.
    """
    if not changed.terms:
        return []
    await store.project_events(
        conn,
        changed.terms,
        [event_terms.capacity for event_terms in changed.terms],
        [_is_open(event_terms) for event_terms in changed.terms],
    )
    digests = {event_terms.event_id: inventory_digest(event_terms) for event_terms in changed.terms}
    return await store.list_outdated_inventories(conn, digests)


def _is_open(terms: SaleTerms) -> bool:
    return terms.published and terms.status in (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
