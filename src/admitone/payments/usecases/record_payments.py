"""Write down that bookings are about to be paid, in the transaction that begins it."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.payments.contracts import PaymentOrder
from admitone.payments.domain.payment import create_key
from admitone.payments.store.payments import insert_payments
from admitone.payments.usecases.deps import Deps


async def record_payments(deps: Deps, conn: Connection, orders: Sequence[PaymentOrder]) -> set[str]:
    """Return the booking ids of the attempts that are written down now: one commit less before the provider is asked.

    Only where nothing has to be looked at before: a later try ends the earlier ones first, and so does one beside a
    try that the client may go on with at the provider itself.
    """
    if deps.provider.confirms_in_client:
        return set()
    first = [
        (order, deps.provider.predict_id(create_key(order.booking_id, order.attempt)))
        for order in orders
        if order.attempt == 1 and order.amount > 0 and order.payment_method is not None
    ]
    if not first:
        return set()
    return {booking_id for booking_id, _ in await insert_payments(conn, deps.provider.name, first)}
