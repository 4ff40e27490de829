"""Take over what the catalogue announces, in the catalogue's own transaction: selling is never behind it."""

from admitone.booking.store import sales as store
from admitone.catalogue.contracts import EventsChanged, EventStatus, SaleTerms
from admitone.kit.postgres import Connection


async def follow_events(conn: Connection, changed: EventsChanged) -> None:
    """Store the terms of published events (and of those that once were)."""
    if changed.terms:
        await store.follow_events(
            conn, changed.terms, [one.capacity for one in changed.terms], [_is_open(one) for one in changed.terms]
        )


def _is_open(terms: SaleTerms) -> bool:
    return terms.published and terms.status in (EventStatus.SCHEDULED, EventStatus.RESCHEDULED)
