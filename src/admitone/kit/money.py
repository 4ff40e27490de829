"""Money is an integer in minor units beside an ISO 4217 code; never a float."""

from msgspec import Struct

# Currencies whose minor unit is not a hundredth (ISO 4217, list one).
_EXPONENTS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}


class Money(Struct, frozen=True):
    """`amount` in minor units (cents; yen as they are; thousandths of a dinar)."""

    amount: int
    currency: str


def currency_exponent(currency: str) -> int:
    """Digits behind the decimal point of a currency: 2 unless ISO 4217 says 0 or 3."""
    return _EXPONENTS.get(currency, 2)


def amount_step(currency: str) -> int:
    """The smallest amount that can be charged, in minor units: every price, fee and discount is a multiple of it.

    Card networks settle three-decimal currencies in hundredths (the last digit is 0), and the ariary, whose fifth
    has no coin, in whole ones: https://docs.stripe.com/currencies ("three-decimal", "special cases").
    """
    if currency == "MGA":
        return 100
    return 10 if currency_exponent(currency) == 3 else 1


def step_fault(amount: int, currency: str) -> str | None:
    """Return the fault of an amount that cannot be charged exactly; None if it can."""
    step = amount_step(currency)
    if amount % step == 0:
        return None
    unit = decimal_text(Money(step, currency))
    return f"Amounts in {currency} are charged in steps of {unit}: {step} minor units."


def decimal_text(money: Money) -> str:
    """`Money(12500, "USD")` → `"125.00"`, for machines (schema.org, CSV); pages format by locale."""
    exponent = currency_exponent(money.currency)
    if exponent == 0:
        return str(money.amount)
    sign, digits = ("-" if money.amount < 0 else ""), str(abs(money.amount)).rjust(exponent + 1, "0")
    return f"{sign}{digits[:-exponent]}.{digits[-exponent:]}"
