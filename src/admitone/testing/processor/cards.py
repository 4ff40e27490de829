"""Test cards: Stripe's test payment methods, and two of ours that simulate network faults.

Source of the ids: https://docs.stripe.com/testing. Ours: `pm_slow` (authorized, answers after 3 s) and
`pm_timeout_after` (authorized, then the connection is lost before the response).

Authentication: `pm_card_authenticationRequired` requires it; the `next_action` names the payment method for a new
attempt after the buyer has authenticated (`…_authenticated`). `…_authenticationFailed` simulates a failed one.
"""

from msgspec import Struct

from admitone.payments.domain.intent import IntentStatus
from admitone.payments.ports import ProviderRefused

AUTHENTICATED = "_authenticated"
LAST4 = {
    "pm_card_visa": "4242",
    "pm_card_mastercard": "4444",
    "pm_card_amex": "8431",
    "pm_card_authenticationRequired_authenticated": "3155",
}
"""As Stripe's documents number these cards; others have no digits here."""
SLOW = "pm_slow"
LOSES_THE_ANSWER = "pm_timeout_after"


class Decision(Struct, frozen=True):
    status: IntentStatus
    decline_code: str | None = None


MESSAGES = {
    "generic_decline": "The card was declined.",
    "insufficient_funds": "The card has insufficient funds.",
    "lost_card": "The card was declined.",
    "stolen_card": "The card was declined.",
    "expired_card": "The card has expired.",
    "incorrect_cvc": "The card's security code is incorrect.",
    "processing_error": "The card could not be processed. Try again in a little while.",
    "authentication_failed": "The card's issuer could not verify that it was you.",
}

_OK = Decision(IntentStatus.REQUIRES_CAPTURE)
_ACTION = Decision(IntentStatus.REQUIRES_ACTION)
_DECLINES = {
    "chargeDeclined": "generic_decline",
    "chargeDeclinedInsufficientFunds": "insufficient_funds",
    "chargeDeclinedLostCard": "lost_card",
    "chargeDeclinedStolenCard": "stolen_card",
    "chargeDeclinedExpiredCard": "expired_card",
    "chargeDeclinedIncorrectCvc": "incorrect_cvc",
    "chargeDeclinedProcessingError": "processing_error",
}
_GOOD_CARDS = [
    *("visa", "visa_debit", "mastercard", "mastercard_debit", "mastercard_prepaid", "amex", "discover"),
    *("diners", "jcb", "unionpay", "us", "gb", "de", "fr", "jp"),
]
_AUTHENTICATING_CARDS = ["authenticationRequired", "authenticationRequiredOnSetup", "threeDSecure2Required"]

CARDS: dict[str, Decision] = {
    **{f"pm_card_{brand}": _OK for brand in _GOOD_CARDS},
    SLOW: _OK,
    LOSES_THE_ANSWER: _OK,
    **{
        f"pm_card_{brand}{name}": Decision(IntentStatus.REQUIRES_PAYMENT_METHOD, code)
        for brand in ("", "visa_")
        for name, code in _DECLINES.items()
    },
    **{f"pm_card_{name}": _ACTION for name in _AUTHENTICATING_CARDS},
    **{f"pm_card_{name}{AUTHENTICATED}": _OK for name in _AUTHENTICATING_CARDS},
    **{
        f"pm_card_{name}_authenticationFailed": Decision(IntentStatus.REQUIRES_PAYMENT_METHOD, "authentication_failed")
        for name in _AUTHENTICATING_CARDS
    },
}


def decide(payment_method: str) -> Decision:
    """Return what the card's issuer decides. Refuse an unknown payment method."""
    decision = CARDS.get(payment_method)
    if decision is None:
        raise ProviderRefused("resource_missing", f"No such payment method: {payment_method[:100]!r}.")
    return decision
