"""A refund of what was paid at the box office: the box office pays it out, and the books say so."""

from admitone.kit.postgres import Connection
from admitone.payments.domain.ledger import box_office_account, refund_transaction
from admitone.payments.store.ledger import append_ledger
from admitone.payments.store.refunds import Refund, finish_refund


async def pay_out_refund(conn: Connection, refund: Refund) -> None:
    """Finish a refund that was just reserved, in the transaction of whoever decided on it. No provider is asked."""
    assert refund.method is not None, "it was paid at the box office"
    assert refund.organization_id is not None, "what is paid at the box office is sold in the same transaction"
    if await finish_refund(conn, refund, provider_ref=None):
        entries = refund_transaction(
            refund.id,
            refund.booking_id,
            refund.organization_id,
            amount=refund.amount,
            fees=refund.fees,
            currency=refund.currency,
            paid_from=box_office_account(refund.method, refund.organization_id),
        )
        await append_ledger(conn, [entries])
