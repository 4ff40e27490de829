"""Ask the provider for a refund that was set aside, and record its answer."""

from typing import Any

import structlog
from prometheus_client import Counter

from admitone.kit.crash_points import crash_point
from admitone.payments.domain.ledger import refund_transaction
from admitone.payments.domain.payment import another_key
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.ledger import append_ledger
from admitone.payments.store.refunds import Refund, finish_refund, read_refund, refuse_refund
from admitone.payments.usecases.deps import Deps

# Stripe keeps an idempotency key for a day at least. A refund that is asked for later (an outage, a job that was put
# back by hand) under a forgotten key would be made once more.
KEY_SECONDS = 20 * 3600

log = structlog.get_logger(__name__)
NOT_REFUNDED = Counter("admitone_refunds_not_paid_total", "Refunds that did not reach the buyer", ["reason"])


class RefundOutstanding(Exception):
    """The provider did not answer; the job is to be tried again."""


async def complete_refund(deps: Deps, refund_id: str) -> None:
    """Finish a pending refund once; asked again it does nothing. Raises `RefundOutstanding`."""
    async with deps.pool.connection() as conn:
        refund = await read_refund(conn, refund_id)
    if refund is None or refund.status != "pending":
        return
    try:
        provider_ref = await _ask(deps, refund)
        crash_point("payments.refunded")
    except ProviderUnreachable as error:
        raise RefundOutstanding(refund_id) from error
    except ProviderRefused as refusal:
        log.error("refund refused", refund_id=refund_id, booking_id=refund.booking_id, code=refusal.code)
        NOT_REFUNDED.labels("refused").inc()
        async with deps.pool.connection() as conn:
            await refuse_refund(conn, refund_id=refund_id, refusal=refusal.code)
        return
    await record_refund(deps, refund, provider_ref)


async def _ask(deps: Deps, refund: Refund) -> str:
    assert refund.provider_ref is not None, "what was paid at the box office is never pending"
    key = f"{refund.id}:refund"
    asked: dict[str, Any] = {"amount": refund.amount, "currency": refund.currency, "reference": refund.id}
    if refund.age_seconds < KEY_SECONDS:
        try:
            return await deps.provider.refund(refund.provider_ref, key=key, **asked)
        except ProviderUnreachable as error:
            if not error.is_replayed:
                raise
    # This key is forgotten, or answers with its old error for ever: look whether it was done, and only if not ask by
    # another key.
    for known in await deps.provider.list_refunds(refund.provider_ref):
        if known.reference == refund.id:
            return known.id
    return await deps.provider.refund(refund.provider_ref, key=another_key(key), **asked)


async def record_refund(deps: Deps, refund: Refund, provider_ref: str) -> None:
    """Finish a pending refund and enter it into the books, once."""
    async with deps.pool.connection() as conn, conn.transaction():
        if await finish_refund(conn, refund, provider_ref=provider_ref):
            entries = refund_transaction(
                refund.id,
                refund.booking_id,
                refund.organization_id,
                amount=refund.amount,
                fees=refund.fees,
                currency=refund.currency,
            )
            await append_ledger(conn, [entries])
