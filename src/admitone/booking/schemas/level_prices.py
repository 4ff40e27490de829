"""Prices of whole price levels, as the show desk sets them."""

from typing import Annotated

from msgspec import Meta, Struct

from admitone.booking.domain.level_prices import LevelPrice, NewPrice, PriceChange
from admitone.booking.schemas.booking import Id
from admitone.kit.money import Money

AMOUNT_MAX = 10**12


class LevelMoney(Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` in minor units (cents); `currency` is that of the event."""

    amount: Annotated[int, Meta(ge=0, le=AMOUNT_MAX)]
    currency: Annotated[str, Meta(min_length=3, max_length=3)]


class PriceBefore(Struct, frozen=True, forbid_unknown_fields=True):
    price: LevelMoney
    fees: LevelMoney


class LevelPriceIn(Struct, frozen=True, forbid_unknown_fields=True):
    """What the level costs from now on. `expected`: what it must cost now; otherwise the change is refused."""

    price_level_id: Id
    price: LevelMoney
    fees: LevelMoney
    expected: PriceBefore | None = None


class LevelPriceOut(Struct, frozen=True):
    price: Money
    fees: Money


class PriceChangeOut(Struct, frozen=True):
    before: LevelPriceOut
    after: LevelPriceOut


def level_price(price: LevelMoney, fees: LevelMoney) -> LevelPrice:
    """Return the price; fees in another currency leave no currency that an event has."""
    return LevelPrice(price.amount, fees.amount, price.currency if price.currency == fees.currency else "")


def new_price(data: LevelPriceIn, place: int) -> NewPrice:
    expected = None if data.expected is None else level_price(data.expected.price, data.expected.fees)
    return NewPrice(data.price_level_id, level_price(data.price, data.fees), expected, f"/set_prices/{place}")


def level_price_out(price: LevelPrice) -> LevelPriceOut:
    return LevelPriceOut(Money(price.amount, price.currency), Money(price.fee, price.currency))


def price_change_out(change: PriceChange | None) -> PriceChangeOut | None:
    return None if change is None else PriceChangeOut(level_price_out(change.before), level_price_out(change.after))
