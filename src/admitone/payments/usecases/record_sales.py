"""The money side of a batch of sales, inside the transaction that makes them."""

from admitone.kit.jobs import Defer
from admitone.kit.postgres import Connection
from admitone.payments.contracts import SaleMoney
from admitone.payments.domain.ledger import sale_transaction
from admitone.payments.store.ledger import append_ledger

CAPTURE_JOB = "payments.capture"


async def record_sales(conn: Connection, sales: list[SaleMoney], defer: Defer) -> None:
    """Write the ledger and one capture job for all of them. Free bookings leave no trace in the books."""
    paid = [sale for sale in sales if sale.subtotal + sale.fees > 0]
    if not paid:
        return
    await append_ledger(conn, [sale_transaction(sale) for sale in paid])
    await defer(conn, CAPTURE_JOB, booking_ids=[sale.booking_id for sale in paid])
