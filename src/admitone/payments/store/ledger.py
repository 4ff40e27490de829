"""The append-only books."""

from collections.abc import Iterable, Sequence

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.domain.ledger import LedgerTransaction


async def append_ledger(conn: Connection, transactions: Sequence[LedgerTransaction]) -> None:
    """Record each transaction once, by its id; those known already are left as they are."""
    lines = [(one.id, line, entry) for one in transactions for line, entry in enumerate(one.entries, start=1)]
    if not lines:
        return
    await conn.execute(
        load_sql(__package__, "append_ledger"),
        {
            "ids": [one.id for one in transactions],
            "kinds": [one.kind for one in transactions],
            "booking_ids": [one.booking_id for one in transactions],
            "organization_ids": [one.organization_id for one in transactions],
            "event_ids": [one.event_id for one in transactions],
            "entry_ids": [transaction_id for transaction_id, _, _ in lines],
            "lines": [line for _, line, _ in lines],
            "accounts": [entry.account for _, _, entry in lines],
            "amounts": [entry.amount for _, _, entry in lines],
            "currencies": [entry.currency for _, _, entry in lines],
        },
    )


async def reverse_transactions(conn: Connection, reversals: Sequence[tuple[str, str, str]]) -> list[str]:
    """(id, new id, kind) of each: write its opposite, once. → the bookings for which that was done now."""
    cursor = await conn.execute(
        load_sql(__package__, "reverse_transactions"),
        {
            "ids": [one[0] for one in reversals],
            "new_ids": [one[1] for one in reversals],
            "kinds": [one[2] for one in reversals],
        },
    )
    return [row["booking_id"] for row in await cursor.fetchall()]


async def read_sold(conn: Connection, booking_ids: Iterable[str]) -> dict[str, str]:
    """booking id → organization id, of those that are sold by the books and not written off."""
    cursor = await conn.execute(load_sql(__package__, "read_sold"), {"booking_ids": sorted(set(booking_ids))})
    return {row["booking_id"]: row["organization_id"] for row in await cursor.fetchall()}
