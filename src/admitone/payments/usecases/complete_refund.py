"""Ask the provider for a refund that was set aside, and record its answer."""

import structlog

from admitone.payments.domain.ledger import refund_transaction
from admitone.payments.ports import ProviderRefused, ProviderUnreachable
from admitone.payments.store.ledger import append_ledger
from admitone.payments.store.refunds import Refund, finish_refund, read_refund, refuse_refund
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)


class RefundOutstanding(Exception):
    """The provider did not answer; the job is to be tried again."""


async def complete_refund(deps: Deps, refund_id: str) -> None:
    """Finish a pending refund once; asked again it does nothing. Raises `RefundOutstanding`."""
    async with deps.pool.connection() as conn:
        refund = await read_refund(conn, refund_id)
    if refund is None or refund.status != "pending":
        return
    try:
        provider_ref = await deps.provider.refund(refund.provider_ref, amount=refund.amount, key=f"{refund_id}:refund")
    except ProviderUnreachable as error:
        raise RefundOutstanding(refund_id) from error
    except ProviderRefused as refusal:
        log.error("refund refused", refund_id=refund_id, booking_id=refund.booking_id, code=refusal.code)
        async with deps.pool.connection() as conn:
            await refuse_refund(conn, refund_id=refund_id, refusal=refusal.code)
        return
    await _record(deps, refund, provider_ref)


async def _record(deps: Deps, refund: Refund, provider_ref: str) -> None:
    assert refund.organization_id is not None, "what was captured was sold"
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
