"""Uses of promo codes: counted at the hold, in the transaction that claims its tickets.

A use is a booking that is held, being paid or bought: there is no running total, so none needs correction.
"""

from collections.abc import Mapping

from admitone.booking.domain.promo import PromoTerms
from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


async def judge_promos(conn: Connection, promos: Mapping[str, PromoTerms]) -> dict[str, str]:
    """Booking id → terms, no limited code twice. Return "used-up" or "changed" for bookings that cannot use theirs.

    In the caller's transaction: limited codes stay locked until it ends, so that their uses are counted one by one.
    """
    ids = sorted({promo.id for promo in promos.values()})
    if any(promo.is_limited for promo in promos.values()):
        await conn.execute(load_sql(__package__, "lock_promos"), {"ids": ids})
    # A separate statement: it sees commits from the time of waiting for the locks.
    cursor = await conn.execute(load_sql(__package__, "judge_promos"), {"ids": ids})
    found = {row["id"]: row for row in await cursor.fetchall()}
    faults = {}
    for booking_id, promo in promos.items():
        row = found.get(promo.id)
        if row is None or row["revision"] != promo.revision or not row["is_valid"]:
            faults[booking_id] = "changed"
        elif row["is_used_up"]:
            faults[booking_id] = "used-up"
    return faults


async def record_promo_uses(conn: Connection, promos: Mapping[str, PromoTerms]) -> None:
    """Write the use into the bookings (id → terms) that this transaction made."""
    await conn.execute(
        load_sql(__package__, "record_promo_uses"),
        {
            "bookings": list(promos),
            "promos": [promo.id for promo in promos.values()],
            "codes": [promo.code for promo in promos.values()],
        },
    )


async def list_lapsed_uses(conn: Connection, promo_id: str) -> list[str]:
    """Return the ids of holds with this code whose time is over, but which no process has ended yet."""
    cursor = await conn.execute(load_sql(__package__, "list_lapsed_uses"), {"promo_id": promo_id})
    return [row["id"] for row in await cursor.fetchall()]
