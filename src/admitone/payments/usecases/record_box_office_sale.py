"""The money side of a sale at the box office, inside the transaction that makes it."""

from admitone.kit.postgres import Connection
from admitone.payments.contracts import SaleMoney
from admitone.payments.domain.ledger import box_office_capture_transaction, sale_transaction
from admitone.payments.store.ledger import append_ledger
from admitone.payments.store.payments import insert_box_office_payment


async def record_box_office_sale(conn: Connection, sale: SaleMoney, method: str) -> None:
    """Enter the sale and the money that is there already. `method`: `cash` or `card_terminal`.

    Nothing is left to capture, and nothing for the provider to be asked. What is free leaves no trace in the books.
    """
    amount = sale.subtotal + sale.fees
    if not amount:
        return
    await insert_box_office_payment(
        conn, booking_id=sale.booking_id, method=method, amount=amount, currency=sale.currency
    )
    await append_ledger(conn, [sale_transaction(sale), box_office_capture_transaction(sale, method)])
