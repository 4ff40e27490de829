"""Use a promo code: find the code that a buyer typed, and end holds that keep its last uses after their time."""

from collections.abc import Mapping

from admitone.booking.contracts import BookingStatus
from admitone.booking.domain.promo import PromoCode, promo_fault, promo_key
from admitone.booking.domain.refusals import InvalidPromoCode, TooManyAttempts
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store.failures import count_attempts, read_wait_seconds, uncount_attempts
from admitone.booking.store.promo_uses import list_lapsed_uses
from admitone.booking.store.promos import read_promo_by_code
from admitone.booking.usecases.checkout.ending import end_bookings
from admitone.booking.usecases.deps import Deps


async def find_promo(
    deps: Deps, *, plan: SalePlan, code: str, guesses: Mapping[str, int], buyer_key: str | None
) -> PromoCode:
    """Return the code as it is now. Raises `InvalidPromoCode`, `TooManyAttempts`; the claim says whether a use is left.

    `guesses`: `domain.attempt_limits.guess_keys`. An attempt is counted before the code is read, so that concurrent
    guesses count too; a code that exists takes the attempt back.
    """
    terms = plan.terms
    await _count_attempts(deps, guesses)
    async with deps.pool.connection() as conn:
        promo = await read_promo_by_code(conn, terms.organization_id, promo_key(code))
        fault = promo_fault(
            promo, event_id=terms.event_id, currency=terms.currency, now=deps.now(), buyer_key=buyer_key
        )
        if promo is not None and fault is None:
            await uncount_attempts(conn, guesses)
            return promo
    raise InvalidPromoCode(fault or "unknown")


async def end_lapsed_uses(deps: Deps, *, promo: PromoCode) -> None:
    """End holds whose time is over but that still count as uses of the code, so that another try can succeed.

    Expiry is true by the clock, not because the sweeper ran. Raises `InvalidPromoCode` if there are none.
    """
    async with deps.pool.connection() as conn:
        lapsed = await list_lapsed_uses(conn, promo.id)
    if not lapsed:
        raise InvalidPromoCode("used-up")
    async with deps.pool.connection() as conn, conn.transaction():
        ended = await end_bookings(deps, conn, lapsed, status=BookingStatus.EXPIRED, lapsed_only=True)
    for booking in ended:
        await deps.locks.release(booking.event_id, booking.id)


class _MustWait(Exception):
    """Roll back: no key of this try is counted."""


async def _count_attempts(deps: Deps, guesses: Mapping[str, int]) -> None:
    async with deps.pool.connection() as conn:
        try:
            async with conn.transaction():
                if not await count_attempts(conn, guesses):
                    raise _MustWait
            return
        except _MustWait:
            seconds = await read_wait_seconds(conn, guesses)
    raise TooManyAttempts(seconds)
