"""Holds that keep a promo code's use though their time is over: expiry is not true because a sweeper ran."""

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.promo import PromoCode
from admitone.booking.domain.refusals import InvalidPromoCode
from admitone.booking.store.promo_uses import list_lapsed_uses
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.end_bookings import end_bookings


async def end_lapsed_uses(deps: Deps, *, promo: PromoCode) -> None:
    """End them, so that another try may be granted. Raises `InvalidPromoCode` where there are none."""
    async with deps.pool.connection() as conn:
        lapsed = await list_lapsed_uses(conn, promo.id)
    if not lapsed:
        raise InvalidPromoCode("used-up")
    async with deps.pool.connection() as conn, conn.transaction():
        ended = await end_bookings(deps, conn, lapsed, status=BookingStatus.EXPIRED, lapsed_only=True)
    for booking in ended:
        await deps.locks.release(booking.event_id, booking.id)
