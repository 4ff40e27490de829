"""Compare the provider's payments with ours, both ways, by time of creation. Repair differences, or report them.

Webhooks may be lost, and jobs may give up while a provider is down for hours: reconciliation finds these gaps.
"""

from datetime import datetime, timedelta
from typing import Literal, get_args

import structlog
from msgspec import Struct

from admitone.kit.counters import make_counter
from admitone.kit.crash_points import crash_point
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.payment import CAPTURED, Payment, Status, advance, may_still_pay, update_from_intent
from admitone.payments.ports import ProviderRefused
from admitone.payments.store.ledger import read_sold
from admitone.payments.store.payments import read_payments_by_ref, read_payments_created
from admitone.payments.store.reconciliations import read_compared, record_compared
from admitone.payments.usecases.capture import CAPTURE_JOB
from admitone.payments.usecases.deps import Deps
from admitone.payments.usecases.payment_tests import cancel_left_over
from admitone.payments.usecases.provider_events import keep_event
from admitone.payments.usecases.sync.payment import PROJECT_PAYMENT_JOB, find_payment, sync_intent

log = structlog.get_logger(__name__)
Discrepancy = Literal["unknown", "amounts_differ", "behind", "missing", "lingering", "undelivered"]
DISCREPANCIES = make_counter(
    "admitone_payment_discrepancies_total", "The provider's books and ours differed", "kind", get_args(Discrepancy)
)

# Younger payments are most likely still in progress.
YOUNG = timedelta(minutes=2)
# Clocks differ, and a row is older than its intent: the windows overlap.
OVERLAP = timedelta(minutes=10)
# An authorization is captured, or voided, within seconds of its booking's end; a hold lasts an hour at most.
LINGERING = timedelta(minutes=75)
FIRST_WINDOW = timedelta(days=1)
_HOLDS_MONEY = (IntentStatus.REQUIRES_CAPTURE, IntentStatus.SUCCEEDED)


class Comparison(Struct):
    """Counts of a comparison. `intents`, `payments`: compared ones of the provider's, of ours. `repaired`: ours was
    behind; `unknown`: only the provider has it; `missing`: only we have it; `lingering`: still only authorized;
    `undelivered`: events that never reached us."""

    intents: int = 0
    payments: int = 0
    repaired: int = 0
    unknown: int = 0
    missing: int = 0
    amounts_differ: int = 0
    lingering: int = 0
    undelivered: int = 0


async def reconcile_payments(deps: Deps) -> Comparison:
    """Compare what was created since the last run. Raises `ProviderUnreachable`: the next run repeats it."""
    before = deps.now() - YOUNG
    async with deps.pool.connection() as conn:
        compared_to = await read_compared(conn)
    since = before - FIRST_WINDOW if compared_to is None else min(compared_to, before) - OVERLAP
    found = Comparison()
    seen = await _compare_theirs(deps, since, before, found)
    await _compare_ours(deps, since + OVERLAP / 2, before - OVERLAP / 2, seen, found)
    await _push_lingering(deps, since - LINGERING, before - LINGERING, found)
    await _store_undelivered(deps, since, before, found)
    crash_point("payments.compared")
    async with deps.pool.connection() as conn:
        await record_compared(conn, before)
    if found.repaired or found.unknown or found.missing or found.amounts_differ or found.undelivered:
        log.warning("payments differed", **{name: getattr(found, name) for name in found.__struct_fields__})
    return found


async def _compare_theirs(deps: Deps, since: datetime, before: datetime, found: Comparison) -> set[str]:
    seen: set[str] = set()
    after: str | None = None
    while True:
        page = await deps.provider.list_intents(since, before, after=after)
        async with deps.pool.connection() as conn:
            rows = await read_payments_by_ref(conn, [intent.id for intent in page.intents])
        known = {row.provider_ref: row for row in rows}
        for intent in page.intents:
            seen.add(intent.id)
            if intent.test_id is not None and intent.id not in known:
                await cancel_left_over(deps, intent)
            elif intent.reference is not None:  # None: another program uses the same account
                found.intents += 1
                await _compare(deps, known.get(intent.id), intent, found)
        if page.following is None:
            return seen
        after = page.following


async def _compare(deps: Deps, payment: Payment | None, intent: Intent, found: Comparison) -> None:
    if payment is None:
        payment = await find_payment(deps, intent)
    if payment is None:
        found.unknown += 1
        if intent.status in _HOLDS_MONEY:
            # Do not cancel it: another installation may share the account. The log calls a person.
            _tell("unknown", intent_id=intent.id, booking_id=intent.reference, status=intent.status.value)
        return
    if (payment.amount, payment.currency) != (intent.amount, intent.currency):
        found.amounts_differ += 1
        _tell("amounts_differ", intent_id=intent.id, booking_id=payment.booking_id)
        return
    if _is_behind(payment, intent):
        found.repaired += 1
        _tell("behind", intent_id=intent.id, booking_id=payment.booking_id, status=payment.status.value)
        await sync_intent(deps, payment, intent)


def _is_behind(payment: Payment, intent: Intent) -> bool:
    seen = update_from_intent(payment, intent).status
    if seen is Status.DECLINED and may_still_pay(payment, payment.status):
        return False
    if advance(payment.status, seen) is not payment.status:
        return True
    if payment.status not in CAPTURED:
        return False
    refunded = payment.refund_reserved if payment.status is not Status.CAPTURED else 0
    # Recording a known dispute again has no effect.
    return intent.amount_refunded != refunded or intent.is_disputed


async def _compare_ours(deps: Deps, since: datetime, before: datetime, seen: set[str], found: Comparison) -> None:
    async with deps.pool.connection() as conn:
        rows = await read_payments_created(conn, since, before)
    for payment in rows:
        found.payments += 1
        assert payment.provider_ref is not None
        if payment.provider_ref in seen:
            continue
        try:
            intent = await deps.provider.retrieve(payment.provider_ref)
        except ProviderRefused:
            if payment.status is not Status.CREATED:  # a predicted id whose intent was never created
                found.missing += 1
                _tell("missing", intent_id=payment.provider_ref, booking_id=payment.booking_id)
            continue
        await _compare(deps, payment, intent, found)


async def _push_lingering(deps: Deps, since: datetime, before: datetime, found: Comparison) -> None:
    """Money that is still only authorized: capture it where its booking was sold, else ask booking to decide."""
    async with deps.pool.connection() as conn, conn.transaction():
        rows = await read_payments_created(conn, since, before)
        authorized = [payment.booking_id for payment in rows if payment.status is Status.AUTHORIZED]
        sold = await read_sold(conn, authorized)
        for booking_id in sorted(set(authorized)):
            found.lingering += 1
            _tell("lingering", booking_id=booking_id)
            if booking_id in sold:
                await deps.defer(conn, CAPTURE_JOB, booking_ids=[booking_id])
            else:
                await deps.defer(conn, PROJECT_PAYMENT_JOB, booking_id=booking_id, is_paid=True)


async def _store_undelivered(deps: Deps, since: datetime, before: datetime, found: Comparison) -> None:
    """Store refund and dispute events of older payments that were lost (or that the provider was not set to send)."""
    after: str | None = None
    while True:
        try:
            page = await deps.provider.list_late_events(since, before, after=after)
        except ProviderRefused as refusal:  # a key without this permission: compare the rest all the same
            log.warning("events are not listed", code=refusal.code)
            return
        async with deps.pool.connection() as conn, conn.transaction():
            for event in page.events:
                if event.intent_ref is not None and await keep_event(deps, conn, event):
                    found.undelivered += 1
                    _tell("undelivered", event_id=event.id, event_type=event.type, intent_id=event.intent_ref)
        if page.following is None:
            return
        after = page.following


def _tell(kind: Discrepancy, **facts: object) -> None:
    DISCREPANCIES.labels(kind).inc()
    log.warning("payment discrepancy", kind=kind, **facts)
