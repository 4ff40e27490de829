"""Find the promo code that a buyer typed; wrong codes count, and many of them slow the next try down."""

from collections.abc import Mapping

from admitone.booking.domain.promo import PromoCode, promo_fault, promo_key
from admitone.booking.domain.refusals import InvalidPromoCode, TooManyAttempts
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store.failures import count_attempts, read_wait_seconds, uncount_attempts
from admitone.booking.store.promos import read_promo_by_code
from admitone.booking.usecases.deps import Deps


async def find_promo(deps: Deps, *, plan: SalePlan, code: str, guesses: Mapping[str, int]) -> PromoCode:
    """Return the code as it is now. Raises `InvalidPromoCode`, `TooManyAttempts`; the claim says whether a use is left.

    `guesses`: `domain.attempt_limits.guess_keys`. An attempt is counted before the code is looked up, so that codes
    tried at the same time count too; a code that exists takes it back.
    """
    terms = plan.terms
    await _count_attempts(deps, guesses)
    async with deps.pool.connection() as conn:
        promo = await read_promo_by_code(conn, terms.organization_id, promo_key(code))
        fault = promo_fault(promo, event_id=terms.event_id, currency=terms.currency, now=deps.now())
        if promo is not None and fault is None:
            await uncount_attempts(conn, guesses)
            return promo
    raise InvalidPromoCode(fault or "unknown")


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
