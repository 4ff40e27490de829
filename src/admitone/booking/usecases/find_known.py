"""The booking that an idempotency key has made: PostgreSQL knows it, also where Redis has forgotten the answer."""

from admitone.booking.contracts import Booking
from admitone.booking.store.bookings import read_booking_by_key
from admitone.kit.idempotency import IdempotencyKeyReused
from admitone.kit.postgres import Connection


async def find_known(conn: Connection, *, key: bytes, request_hash: bytes | None) -> Booking | None:
    """Return it as it is now; None where the key has made none. The arguments are digests.

    Raises `IdempotencyKeyReused` where another request made it.
    """
    known = await read_booking_by_key(conn, key)
    if known is not None and known.request_hash != request_hash:
        raise IdempotencyKeyReused
    return None if known is None else known.booking
