"""The provider's events (webhooks): store each once, process it in a job, delete it after 90 days.

An event is a hint and its content is not used: the job reads the intent from the provider.
"""

from datetime import timedelta
from typing import ClassVar

import structlog

from admitone.kit.crash_points import crash_point
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Kind, Refusal
from admitone.payments.domain.intent import ProviderEvent
from admitone.payments.domain.webhook import InvalidSignature, check_signature, read_event
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store import provider_events as store
from admitone.payments.store import webhooks
from admitone.payments.store.payment_tests import record_test_heard
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.sync.payment import SyncOutcome, sync_payment

log = structlog.get_logger(__name__)

SYNC_EVENT_JOB = "payments.sync_event"
# We insert our row before we call the provider, so it exists within moments; after this time it will never exist.
EARLY_SECONDS_MAX = 3600
# Stripe sends an event again for three days, and shows it for thirty.
KEPT = timedelta(days=90)
BATCH_MAX = 1000


class WebhooksOff(Refusal):
    """This installation takes no payments by that provider."""

    code: ClassVar[str] = "webhooks-off"
    kind: ClassVar[Kind] = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("No webhook secret is set: this installation expects no events.")


class EventNotSynced(Exception):
    """The provider does not answer, or our row does not exist yet: retry the job."""


async def receive_event(deps: Deps, *, body: bytes, signature: str | None) -> bool:
    """Store a signed event. Return whether it is new. Raises `InvalidSignature`, `MalformedBody`, `WebhooksOff`."""
    if not deps.webhook_secrets:
        raise WebhooksOff
    now = deps.now()
    try:
        check_signature(body, signature, secrets=deps.webhook_secrets, now=now)
    except InvalidSignature:
        async with deps.pool.connection() as conn:
            await webhooks.record_refused(conn, now=now)
        raise
    event = read_event(body)
    async with deps.pool.connection() as conn, conn.transaction():
        is_new = await keep_event(deps, conn, event)
        await webhooks.record_heard(conn, event_type=event.type, now=now)
        if event.intent_ref is not None:
            await record_test_heard(conn, intent_ref=event.intent_ref, event_type=event.type, now=now)
    crash_point("payments.event_stored")
    return is_new


async def keep_event(deps: Deps, conn: Connection, event: ProviderEvent) -> bool:
    """A step of `receive_event` and of reconciliation: store an event with its job. Return whether it is new.

    Needs a transaction: an event without its job would never be processed.
    """
    is_new = await store.insert_event(conn, event_id=event.id, event_type=event.type, intent_ref=event.intent_ref)
    if is_new and event.intent_ref is not None:
        await deps.defer(conn, SYNC_EVENT_JOB, event_id=event.id)
    return is_new


async def sync_event(deps: Deps, event_id: str) -> None:
    """Process a stored event once; a second call does nothing. Raises `EventNotSynced`."""
    async with deps.pool.connection() as conn:
        event = await store.read_event(conn, event_id)
    if event is None:
        return
    assert event.intent_ref is not None, "only events about an intent have a job"
    try:
        synced = await sync_payment(deps, provider_ref=event.intent_ref)
    except ProviderUnreachable as error:
        raise EventNotSynced(event_id) from error
    except ProviderRefused as refusal:
        log.warning("an event about an unknown intent", event_id=event_id, code=refusal.code)
        synced = SyncOutcome.NOT_OURS
    if synced is SyncOutcome.NOT_YET:
        if event.age_seconds < EARLY_SECONDS_MAX:
            raise EventNotSynced(event_id)
        log.error("an event about an unknown booking", event_id=event_id, intent=event.intent_ref)
    async with deps.pool.connection() as conn:
        await store.record_synced(conn, event_id)


async def forget_events(deps: Deps) -> int:
    """Delete events received longer ago than `KEPT`, a short transaction at a time. Return how many.

    Unprocessed events stay. Several workers may run this at once.
    """
    before = deps.now() - KEPT
    forgotten = 0
    while True:
        async with deps.pool.connection() as conn:
            count = await store.forget_events(conn, received_before=before, events_max=BATCH_MAX)
        forgotten += count
        if count < BATCH_MAX:
            return forgotten
