"""The money side of a batch of sales, inside the transaction that makes them."""

import random
from collections.abc import Callable

from admitone.kit.jobs import Defer
from admitone.kit.postgres import Connection
from admitone.payments.contracts import SaleMoney
from admitone.payments.domain.capture_delay import capture_delay_seconds
from admitone.payments.domain.ledger import sale_transaction
from admitone.payments.store.ledger import append_ledger

CAPTURE_JOB = "payments.capture"


async def record_sales(
    conn: Connection,
    sales: list[SaleMoney],
    defer: Defer,
    *,
    is_rush: bool = False,
    uniform: Callable[[float, float], float] = random.uniform,
) -> None:
    """Write the ledger and one capture job for all of them; in a rush it waits. Free bookings leave no ledger entry."""
    paid = [sale for sale in sales if sale.subtotal + sale.fees > 0]
    if not paid:
        return
    await append_ledger(conn, [sale_transaction(sale) for sale in paid])
    wait_seconds = capture_delay_seconds(is_rush=is_rush, uniform=uniform)
    await defer(conn, CAPTURE_JOB, wait_seconds=wait_seconds, booking_ids=[sale.booking_id for sale in paid])
