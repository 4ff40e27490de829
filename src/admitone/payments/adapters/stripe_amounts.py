"""Amounts as Stripe counts them: https://docs.stripe.com/currencies (zero-decimal, three-decimal, special cases).

Ours are ISO 4217 minor units. The two differ for a few currencies:
- ISK and UGX have no minor unit in ISO 4217; Stripe wants hundredths, always whole ones (5 ISK is 500);
- MGA has a minor unit in ISO 4217; Stripe wants whole ariary;
- currencies with three decimals are the same, and the last digit must be 0.
"""

from admitone.kit.money import amount_step
from admitone.payments.ports import ProviderRefused

_WHOLE_HUNDREDTHS = frozenset({"ISK", "UGX"})
_WHOLE_UNITS = frozenset({"MGA"})
# https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in our minor units.
_SMALLEST = {
    **dict.fromkeys(["AUD", "BRL", "CAD", "CHF", "EUR", "INR", "NZD", "SGD", "USD"], 50),
    **dict.fromkeys(["AED", "MYR", "PLN", "RON"], 200),
    **dict.fromkeys(["NOK", "SEK"], 300),
    **dict.fromkeys(["MXN", "THB"], 1_000),
    "GBP": 30,
    "JPY": 50,
    "BGN": 100,
    "DKK": 250,
    "HKD": 400,
    "CZK": 1_500,
    "HUF": 17_500,
}


def to_stripe(amount: int, currency: str) -> int:
    """Stripe's integer for `amount` of ours.

    Raises `ProviderRefused` (`amount_not_payable`) if Stripe cannot charge exactly this amount: a buyer never pays
    another amount than the page showed.
    """
    if currency in _WHOLE_HUNDREDTHS:
        return amount * 100
    whole = _whole(amount, amount_step(currency), currency)
    return whole // 100 if currency in _WHOLE_UNITS else whole


def from_stripe(amount: int, currency: str) -> int:
    """Convert Stripe's integer to our minor units."""
    if currency in _WHOLE_HUNDREDTHS:
        return amount // 100
    return amount * 100 if currency in _WHOLE_UNITS else amount


def smallest_charge(currency: str) -> int:
    """Return the smallest amount that Stripe charges, in our minor units; 0 for a currency without one. There the
    minimum of the settlement currency applies, after a conversion that we cannot know."""
    return _SMALLEST.get(currency, 0)


def _whole(amount: int, step: int, currency: str) -> int:
    if amount % step:
        raise ProviderRefused(
            "amount_not_payable", f"The payment processor takes {currency} in steps of {step} minor units."
        )
    return amount
