"""Explain to buyers why a promo code does not work, and what to do about it."""

_WORDS = {
    "missing": "Enter your promo code.",
    "not-started": "This code works later. Pay without it, or come back when it begins.",
    "ended": "This code is no longer valid.",
    "used-up": "This code has reached its limit. It may work again if someone gives tickets back.",
    "other-address": (
        "This promo code is for another email address. Enter the address that it was sent to, or remove the code."
    ),
    "below-minimum": (
        "This code brings the total below the smallest amount we can charge. Take more tickets, or pay without it."
    ),
    "not-now": "Your payment has begun, so the price can no longer change. You can still pay as usual.",
    "resale": "These tickets come from another buyer, at the price they were bought for. Codes do not change it.",
}
_UNKNOWN = "This code does not work for this event. Check its spelling, or pay without it."


def promo_refusal_text(reason: str) -> str:
    return _WORDS.get(reason, _UNKNOWN)
