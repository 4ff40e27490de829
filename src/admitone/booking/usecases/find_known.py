"""The booking that an idempotency key has made: PostgreSQL knows it, also where Redis has forgotten the answer."""

from admitone.booking.contracts import Booking
from admitone.booking.store.bookings import read_bookings_by_key
from admitone.booking.store.claims import StoredBooking
from admitone.kit.idempotency_records import IdempotencyKeyReused
from admitone.kit.postgres import Connection


async def find_known(conn: Connection, *, key: bytes, request_hash: bytes | None) -> Booking | None:
    """Return it as it is now; None where the key has made none. The arguments are digests.

    Raises `IdempotencyKeyReused` where another request made it.
    """
    return checked((await read_bookings_by_key(conn, [key])).get(key), request_hash)


def checked(known: StoredBooking | None, request_hash: bytes | None) -> Booking | None:
    """Return the booking of the same request. Raises `IdempotencyKeyReused`."""
    if known is not None and known.request_hash != request_hash:
        raise IdempotencyKeyReused
    return None if known is None else known.booking
