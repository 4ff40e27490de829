"""The price of a whole price level: what it was, what it becomes, and whether it may."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from admitone.booking.domain.refusals import UnknownPriceLevel
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.seat_change_refusals import PriceChanged
from admitone.catalogue.contracts import SaleTerms
from admitone.kit.money import step_fault
from admitone.kit.refusal import Fault, InvalidBody


class LevelPrice(Struct, frozen=True):
    """Amounts in minor units; the buyer pays their sum."""

    amount: int
    fee: int
    currency: str


class PriceChange(Struct, frozen=True):
    before: LevelPrice
    after: LevelPrice


class NewPrice(Struct, frozen=True):
    """`expected`: the price that the level must have now; None: it may have any. `pointer`: where the body names it."""

    price_level_id: str
    price: LevelPrice
    expected: LevelPrice | None = None
    pointer: str = ""


def price_of(plan: SalePlan, price_level_id: str) -> LevelPrice:
    """Return the price of a level now. Raises `UnknownPriceLevel`."""
    level = plan.levels.get(price_level_id)
    if level is None:
        raise UnknownPriceLevel(price_level_id)
    return LevelPrice(level.amount, level.fee, plan.terms.currency or "")


def check_prices(plan: SalePlan, wanted: Iterable[NewPrice]) -> dict[str, PriceChange]:
    """Return the change of each level, by its id.

    Raises `UnknownPriceLevel`, `InvalidBody` (another currency, an amount that cannot be charged, a level that is named
    twice), `PriceChanged` where a level has neither the expected nor the new price.
    """
    changes: dict[str, PriceChange] = {}
    faults: list[Fault] = []
    for new in wanted:
        before = price_of(plan, new.price_level_id)
        if new.price_level_id in changes:
            faults.append((f"{new.pointer}/price_level_id", "This price level is named twice."))
        faults += _faults_of(new, before.currency)
        if new.expected not in (None, before) and before != new.price:
            raise PriceChanged
        changes[new.price_level_id] = PriceChange(before, new.price)
    if faults:
        raise InvalidBody(faults)
    return changes


def changed_prices(before: SaleTerms, after: SaleTerms) -> dict[str, PriceChange]:
    """Return price level id → its change, of each level that has another price in the same currency."""
    if before.currency != after.currency:
        return {}
    was = {level.id: LevelPrice(level.amount, level.fee, before.currency) for level in before.price_levels}
    now = {level.id: LevelPrice(level.amount, level.fee, after.currency) for level in after.price_levels}
    return {
        level_id: PriceChange(was[level_id], price)
        for level_id, price in now.items()
        if level_id in was and was[level_id] != price
    }


def amounts_of(changes: Mapping[str, PriceChange]) -> dict[str, tuple[int, int]]:
    """Return price level id → (price, fees) after the change, in minor units."""
    return {level_id: (change.after.amount, change.after.fee) for level_id, change in changes.items()}


def _faults_of(new: NewPrice, currency: str) -> list[Fault]:
    if new.price.currency != currency:
        return [(f"{new.pointer}/price/currency", f"The prices of this event are in {currency}.")]
    named = (("price", step_fault(new.price.amount, currency)), ("fees", step_fault(new.price.fee, currency)))
    return [(f"{new.pointer}/{name}/amount", fault) for name, fault in named if fault is not None]
