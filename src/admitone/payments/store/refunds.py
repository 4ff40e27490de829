"""Refunds: reserved first, finished when the provider has answered."""

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.sql import load_sql
from admitone.payments.contracts import RefundView
from admitone.payments.domain.intent import ProviderRefund
from admitone.payments.domain.payment import Payment
from admitone.payments.store.payments import lock_payments


class Refund(Struct, frozen=True, kw_only=True):
    """Amounts in minor units; our fees pay `fees` of `amount`.

    `provider_ref`: the intent's id at the provider; None for a payment at the box office, whose `method` it names.
    `refund_ref`: the refund's id at the provider, once it is known.
    `organization_id`: None if the captured money has no sale.
    """

    id: str
    booking_id: str
    attempt: int
    amount: int
    fees: int
    currency: str
    status: str
    provider_ref: str | None
    method: str | None
    payment_amount: int
    refund_ref: str | None
    organization_id: str | None
    age_seconds: float


async def reserve_refund(conn: Connection, *, refund_id: str, booking_id: str, amount: int, fees: int) -> bool:
    """Return whether the amount could be reserved. Needs a transaction, as `finish_refund`."""
    await lock_payments(conn, [booking_id])
    cursor = await conn.execute(
        load_sql(__package__, "reserve_refund"),
        {"refund_id": refund_id, "booking_id": booking_id, "amount": amount, "fees": fees},
    )
    return await cursor.fetchone() is not None


async def read_refund(conn: Connection, refund_id: str) -> Refund | None:
    cursor = await conn.execute(load_sql(__package__, "read_refund"), {"refund_id": refund_id})
    row = await cursor.fetchone()
    return None if row is None else Refund(**row)


async def finish_refund(conn: Connection, refund: Refund, *, provider_ref: str | None) -> bool:
    """Return whether this call finished it. Needs a transaction: the payment stays locked until its end."""
    await lock_payments(conn, [refund.booking_id])
    cursor = await conn.execute(
        load_sql(__package__, "finish_refund"), {"refund_id": refund.id, "provider_ref": provider_ref}
    )
    return await cursor.fetchone() is not None


async def refuse_refund(conn: Connection, *, refund_id: str, refusal: str) -> None:
    await conn.execute(load_sql(__package__, "refuse_refund"), {"refund_id": refund_id, "refusal": refusal})


async def fail_refund(conn: Connection, refund: Refund) -> bool:
    """Return whether this call recorded that the money came back. Needs a transaction, as `finish_refund`."""
    await lock_payments(conn, [refund.booking_id])
    cursor = await conn.execute(load_sql(__package__, "fail_refund"), {"refund_id": refund.id})
    return await cursor.fetchone() is not None


async def insert_outside_refund(conn: Connection, payment: Payment, refund: ProviderRefund) -> Refund | None:
    """Record a refund that was made at the provider, as pending; None if it exceeds the payment."""
    await lock_payments(conn, [payment.booking_id])
    await conn.execute(
        load_sql(__package__, "insert_outside_refund"),
        {
            "refund_id": refund.id,
            "booking_id": payment.booking_id,
            "attempt": payment.attempt,
            "amount": refund.amount,
        },
    )
    return await read_refund(conn, refund.id)


async def find_refund(conn: Connection, provider_ref: str) -> Refund | None:
    """Find a refund by its id at the provider."""
    cursor = await conn.execute(load_sql(__package__, "find_refund"), {"provider_ref": provider_ref})
    row = await cursor.fetchone()
    return None if row is None else await read_refund(conn, row["id"])


async def list_refunds(conn: Connection, booking_id: str) -> list[RefundView]:
    cursor = await conn.execute(load_sql(__package__, "list_refunds"), {"booking_id": booking_id})
    return [RefundView(**row) for row in await cursor.fetchall()]
