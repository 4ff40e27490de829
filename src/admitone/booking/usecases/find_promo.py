"""The promo code that a buyer typed."""

from admitone.booking.domain.plan import SalePlan
from admitone.booking.domain.promo import PromoCode, promo_fault, promo_key
from admitone.booking.domain.refusals import InvalidPromoCode
from admitone.booking.store.promos import read_promo_by_code
from admitone.booking.usecases.deps import Deps


async def find_promo(deps: Deps, *, plan: SalePlan, code: str) -> PromoCode:
    """Return the code as it is now. Raises `InvalidPromoCode`; whether a use is left, the claim says."""
    terms = plan.terms
    async with deps.pool.connection() as conn:
        promo = await read_promo_by_code(conn, terms.organization_id, promo_key(code))
    fault = promo_fault(promo, event_id=terms.event_id, currency=terms.currency, now=deps.now())
    if promo is None or fault is not None:
        raise InvalidPromoCode(fault or "unknown")
    return promo
