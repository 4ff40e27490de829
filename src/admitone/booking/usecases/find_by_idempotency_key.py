"""The booking that an idempotency key has made: PostgreSQL knows it, also where Redis has forgotten the answer."""

from collections.abc import Awaitable, Callable

from admitone.booking.contracts import Booking
from admitone.booking.store.claims import StoredBooking
from admitone.kit.refusal import IdempotencyKeyReused

ReadByKey = Callable[[bytes], Awaitable[StoredBooking | None]]


async def find_by_idempotency_key(read: ReadByKey, *, key: bytes, request_hash: bytes | None) -> Booking | None:
    """Return it as it is now; None where the key has made none. The arguments are digests.

    Raises `IdempotencyKeyReused` where another request made it.
    """
    existing = await read(key)
    if existing is not None and existing.request_hash != request_hash:
        raise IdempotencyKeyReused
    return None if existing is None else existing.booking
