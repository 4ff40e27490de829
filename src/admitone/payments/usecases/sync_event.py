"""Take an event of the provider's as a hint to look."""

import structlog

from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.events import read_event, record_synced
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.sync_payment import SyncOutcome, sync_payment

log = structlog.get_logger(__name__)

# Our row is written before the provider is asked, hence it is there within moments; later than this it never comes.
EARLY_SECONDS_MAX = 3600


class EventNotSynced(Exception):
    """The provider does not answer, or our row is not there yet: the job is to be tried again."""


async def sync_event(deps: Deps, event_id: str) -> None:
    """Follow it once; again it does nothing. Raises `EventNotSynced`."""
    async with deps.pool.connection() as conn:
        event = await read_event(conn, event_id)
    if event is None:
        return
    assert event.intent_ref is not None, "only events about an intent are synced"
    try:
        synced = await sync_payment(deps, provider_ref=event.intent_ref)
    except ProviderUnreachable as error:
        raise EventNotSynced(event_id) from error
    except ProviderRefused as refusal:
        log.warning("an event about an intent that is not there", event_id=event_id, code=refusal.code)
        synced = SyncOutcome.NOT_OURS
    if synced is SyncOutcome.NOT_YET:
        if event.age_seconds < EARLY_SECONDS_MAX:
            raise EventNotSynced(event_id)
        log.error("an event about a booking that we do not know", event_id=event_id, intent=event.intent_ref)
    async with deps.pool.connection() as conn:
        await record_synced(conn, event_id)
