"""Refunds: set aside first, finished when the provider has answered."""

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql


class Refund(Struct, frozen=True, kw_only=True):
    """Amounts in minor units; `fees` is the part of `amount` that comes out of our fees."""

    id: str
    booking_id: str
    attempt: int
    amount: int
    fees: int
    currency: str
    status: str
    provider_ref: str
    payment_amount: int
    organization_id: str | None


async def reserve_refund(conn: Connection, *, refund_id: str, booking_id: str, amount: int, fees: int) -> bool:
    """Whether the amount could be set aside. Needs a transaction, as `finish_refund`."""
    await _lock(conn, booking_id)
    cursor = await conn.execute(
        load_sql(__package__, "reserve_refund"),
        {"refund_id": refund_id, "booking_id": booking_id, "amount": amount, "fees": fees},
    )
    return await cursor.fetchone() is not None


async def read_refund(conn: Connection, refund_id: str) -> Refund | None:
    cursor = await conn.execute(load_sql(__package__, "read_refund"), {"refund_id": refund_id})
    row = await cursor.fetchone()
    return None if row is None else Refund(**row)


async def finish_refund(conn: Connection, refund: Refund, *, provider_ref: str) -> bool:
    """Whether it was this call that finished it. Needs a transaction: the payment stays locked until its end."""
    await _lock(conn, refund.booking_id)
    cursor = await conn.execute(
        load_sql(__package__, "finish_refund"), {"refund_id": refund.id, "provider_ref": provider_ref}
    )
    return await cursor.fetchone() is not None


async def refuse_refund(conn: Connection, *, refund_id: str, refusal: str) -> None:
    await conn.execute(load_sql(__package__, "refuse_refund"), {"refund_id": refund_id, "refusal": refusal})


async def _lock(conn: Connection, booking_id: str) -> None:
    # A statement of its own: the next one then sees what a twin that held the lock has done.
    await conn.execute(load_sql(__package__, "lock_payments"), {"booking_id": booking_id})
