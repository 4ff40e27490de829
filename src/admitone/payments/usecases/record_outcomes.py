"""PaymentUpdate that changes the books: captures, and authorizations that are gone."""

from collections.abc import Iterable, Sequence

import structlog
from prometheus_client import Counter

from admitone.kit.postgres import Connection
from admitone.payments.domain.ledger import capture_transaction
from admitone.payments.domain.payment import CAPTURED, OPEN, PAID, Payment, PaymentUpdate
from admitone.payments.store.ledger import append_ledger, read_sold, reverse_transactions
from admitone.payments.store.payments import apply_updates, lock_payments, read_payments
from admitone.payments.usecases.deps import Deps

log = structlog.get_logger(__name__)
UNPAID = Counter("admitone_sales_unpaid_total", "Sold bookings that could not be captured and were taken back")

REVOKE_JOB = "booking.revoke_sale"


async def record_outcomes(
    deps: Deps, updates: Sequence[PaymentUpdate], *, booking_ids: Iterable[str] = ()
) -> set[tuple[str, int]]:
    """Write `updates`, enter captures into the ledger, write off sales that nothing pays for; all in one commit.

    → (booking id, attempt) of those that moved forward. `booking_ids`: look at these too, though nothing is new.
    """
    touched = {update.booking_id for update in updates} | set(booking_ids)
    if not touched:
        return set()
    async with deps.pool.connection() as conn, conn.transaction():
        await lock_payments(conn, touched)
        moved = await apply_updates(conn, updates) if updates else set()
        attempts = await read_payments(conn, touched)
        captured = [attempt for attempt in attempts if attempt.status in CAPTURED]
        await append_ledger(
            conn, [capture_transaction(attempt.booking_id, attempt.amount, attempt.currency) for attempt in captured]
        )
        await _write_off(deps, conn, touched, attempts)
    return moved


async def _write_off(deps: Deps, conn: Connection, booking_ids: set[str], attempts: Sequence[Payment]) -> None:
    """A sale whose every try is over without money is taken back: out of the books here, and booking is told.

    The buyer owes nothing and the organizer is owed nothing; the tickets die and the seats return.
    """
    alive = {attempt.booking_id for attempt in attempts if attempt.status in PAID | OPEN}
    sold = await read_sold(conn, booking_ids - alive)
    if not sold:
        return
    reversals = [(f"{reference}:sale", f"{reference}:unpaid", "unpaid") for reference in sorted(sold)]
    for booking_id in await reverse_transactions(conn, reversals):
        UNPAID.inc()
        log.error("sold, and not paid: the sale is taken back", booking_id=booking_id)
        await deps.defer(conn, REVOKE_JOB, booking_id=booking_id)
