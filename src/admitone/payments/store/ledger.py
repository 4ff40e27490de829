"""The append-only ledger."""

from collections.abc import Iterable, Sequence

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.domain.ledger import LedgerTransaction, Reversal


async def append_ledger(conn: Connection, transactions: Sequence[LedgerTransaction]) -> None:
    """Record each transaction once, by its id; leave known ones as they are."""
    lines = [
        (transaction.id, line, entry)
        for transaction in transactions
        for line, entry in enumerate(transaction.entries, start=1)
    ]
    if not lines:
        return
    await conn.execute(
        load_sql(__package__, "append_ledger"),
        {
            "ids": [transaction.id for transaction in transactions],
            "kinds": [transaction.kind for transaction in transactions],
            "booking_ids": [transaction.booking_id for transaction in transactions],
            "organization_ids": [transaction.organization_id for transaction in transactions],
            "event_ids": [transaction.event_id for transaction in transactions],
            "entry_ids": [transaction_id for transaction_id, _, _ in lines],
            "lines": [line for _, line, _ in lines],
            "accounts": [entry.account for _, _, entry in lines],
            "amounts": [entry.amount for _, _, entry in lines],
            "currencies": [entry.currency for _, _, entry in lines],
        },
    )


async def reverse_transactions(conn: Connection, reversals: Sequence[Reversal]) -> list[str]:
    """Record each reversal once, where the ledger has what it reverses; return the bookings of those recorded now."""
    cursor = await conn.execute(
        load_sql(__package__, "reverse_transactions"),
        {
            "ids": [reversal.reversed_id for reversal in reversals],
            "new_ids": [reversal.id for reversal in reversals],
            "kinds": [reversal.kind for reversal in reversals],
        },
    )
    return [row["booking_id"] for row in await cursor.fetchall()]


async def read_sold(conn: Connection, booking_ids: Iterable[str]) -> dict[str, str]:
    """Return booking id → organization id of those that the ledger has as sold, and not reversed as unpaid."""
    cursor = await conn.execute(load_sql(__package__, "read_sold"), {"booking_ids": sorted(set(booking_ids))})
    return {row["booking_id"]: row["organization_id"] for row in await cursor.fetchall()}
