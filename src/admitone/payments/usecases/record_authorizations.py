"""Write down that bookings are paid for, in the transaction that sells them."""

from collections.abc import Sequence

from admitone.kit.postgres import Connection
from admitone.payments.store import payments as store


async def record_authorizations(conn: Connection, attempts: Sequence[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those (booking id, attempt) that are authorized, and stay so until the transaction ends.

    One that is missing must not be sold on: somebody has ended it, or is cancelling it with the provider.
    """
    return await store.record_authorizations(conn, attempts)
