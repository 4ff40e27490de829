"""Say why a card was declined, by the codes of the payment provider."""

from typing import Any

DECLINES = {
    "insufficient_funds": "insufficient funds",
    "expired_card": "the card has expired",
    "incorrect_cvc": "the security code is wrong",
    "authentication_failed": "the bank could not verify that it was you",
    "lost_card": "the bank refused the card",
    "stolen_card": "the bank refused the card",
    "card_velocity_exceeded": "the card's limit is reached",
    "processing_error": "the processor had a fault; try again",
    "generic_decline": "the bank gave no reason",
    "card_declined": "the bank gave no reason",
}


def declined_text(members: dict[str, Any]) -> str:
    """`Your card was declined: insufficient funds.`"""
    reason = DECLINES.get(str(members.get("decline_code")))
    return f"Your card was declined: {reason}." if reason else "Your card was declined."
