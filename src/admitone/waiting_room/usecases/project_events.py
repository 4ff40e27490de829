"""Take over what the catalogue announces, in its own transaction: a queue is there before its event is seen."""

import secrets
from collections.abc import Callable

from admitone.catalogue.contracts import EventsChanged
from admitone.kit.postgres import Connection
from admitone.waiting_room.domain.draw import SEED_BYTES, empty_chain
from admitone.waiting_room.store import queues as store

OFF = "off"


async def project_events(
    conn: Connection, changed: EventsChanged, *, random_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> None:
    """Store the queues of events that have a waiting room, or once had one; a new queue commits to its seed."""
    known = (
        await store.known_events(conn, [event_terms.event_id for event_terms in changed.terms])
        if changed.terms
        else set()
    )
    concerned = [
        event_terms
        for event_terms in changed.terms
        if event_terms.waiting_room.mode != OFF or event_terms.event_id in known
    ]
    if not concerned:
        return
    new = await store.project_events(conn, concerned, [random_bytes(SEED_BYTES) for _ in concerned])
    if new:
        await store.open_intakes(conn, {queue_id: empty_chain(event_id) for event_id, queue_id in new.items()})
