"""Validate the buyer's input at checkout and report every error by field."""

from collections.abc import Mapping

from msgspec import Struct

from admitone.kit.text import clean_name, email_fault, name_fault

NAME_MAX = 200
METHOD_MAX = 200
TERMS_ID_MAX = 200


class TestingCard(Struct, frozen=True):
    """A card of the simulated processor. The last four digits are those of Stripe's public test numbers."""

    method: str
    brand: str
    last_four: str
    outcome: str


TEST_CARDS = (
    TestingCard("pm_card_visa", "Visa", "4242", "Pays at once"),
    TestingCard("pm_card_authenticationRequired", "Visa", "3155", "The bank asks to confirm"),
    TestingCard("pm_card_visa_chargeDeclinedInsufficientFunds", "Visa", "9995", "Insufficient funds"),
    TestingCard("pm_card_visa_chargeDeclined", "Visa", "0002", "Declined"),
    TestingCard("pm_slow", "Mastercard", "4444", "Pays, slowly"),
)
FIRST_CARD = TEST_CARDS[0].method


def chosen_card(method: str) -> str:
    """Return the card selected in the form, also after authentication has replaced its payment method."""
    return max((card.method for card in TEST_CARDS if method.startswith(card.method)), key=len, default=FIRST_CARD)


class PaymentForm(Struct, frozen=True):
    """Cleaned fields. `errors`: field → instruction to the buyer, in the order of the page."""

    email: str = ""
    name: str = ""
    method: str = ""
    promo_code: str = ""
    agreed_terms: str = ""
    """The version of the organizer's terms that the page named."""
    errors: dict[str, str] = {}


def read_payment_form(fields: Mapping[str, str], *, needs_method: bool) -> PaymentForm:
    """Read and check the form. A free booking needs no payment method."""
    email, name, method = (clean_name(fields.get(key, "")) for key in ("email", "name", "payment_method"))
    errors: dict[str, str] = {}
    if not email:
        errors["email"] = "Enter your email address."
    elif (fault := email_fault(email)) is not None:
        errors["email"] = fault
    if not name:
        errors["name"] = "Enter your name."
    elif len(name) > NAME_MAX:
        errors["name"] = f"Your name may have at most {NAME_MAX} characters."
    elif (fault := name_fault(name)) is not None:
        errors["name"] = fault
    if needs_method and (not method or len(method) > METHOD_MAX):
        errors["payment_method"] = "Choose a card to pay with."
    agreed_terms = fields.get("agreed_terms", "")[:TERMS_ID_MAX]
    return PaymentForm(email, name, method[:METHOD_MAX], agreed_terms=agreed_terms, errors=errors)
