"""One event of the provider's into the inbox, with the job that follows it; once by its id."""

from admitone.kit.postgres import Connection
from admitone.payments.domain.webhook import ProviderEvent
from admitone.payments.store.events import insert_event
from admitone.payments.usecases.deps import Deps

SYNC_EVENT_JOB = "payments.sync_event"


async def keep_event(deps: Deps, conn: Connection, event: ProviderEvent) -> bool:
    """Whether it was new. Needs a transaction: an event without its job would never be synced."""
    is_new = await insert_event(conn, event_id=event.id, event_type=event.type, intent_ref=event.intent_ref)
    if is_new and event.intent_ref is not None:
        await deps.defer(conn, SYNC_EVENT_JOB, event_id=event.id)
    return is_new
