"""Validate the form that joins a waiting list, and report every error by field."""

from collections.abc import Mapping

from msgspec import Struct

from admitone.kit.text import clean_name, email_fault, name_fault
from admitone.pages.contracts import Document
from admitone.pages.domain.sale_state import tickets_max

NAME_MAX = 200
QUANTITY_DIGITS_MAX = 4


class WaitingListForm(Struct, frozen=True):
    """Cleaned fields. `level_id` empty: any price level. `errors`: field → instruction, in the order of the page."""

    email: str = ""
    name: str = ""
    quantity: int = 1
    level_id: str = ""
    is_apart_ok: bool = False
    errors: dict[str, str] = {}


def read_waiting_list_form(fields: Mapping[str, str], event: Document) -> WaitingListForm:
    """Read and check the form; `event` is the body of its details."""
    email, name = (clean_name(fields.get(key, "")) for key in ("email", "name"))
    digits, level_id = fields.get("quantity", ""), fields.get("price_level_id", "")
    quantity = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= QUANTITY_DIGITS_MAX else 0
    limit = tickets_max(event)
    errors: dict[str, str] = {}
    if not 1 <= quantity <= limit:
        errors["quantity"] = f"Choose 1 to {limit} tickets." if limit > 1 else "Choose 1 ticket."
    if level_id and level_id not in {level["id"] for level in event["price_levels"]}:
        errors["price_level_id"] = "Choose a price of this show, or any price."
    if not email:
        errors["email"] = "Enter your email address."
    elif (fault := email_fault(email)) is not None:
        errors["email"] = fault
    if len(name) > NAME_MAX:
        errors["name"] = f"Your name may have at most {NAME_MAX} characters."
    elif name and (fault := name_fault(name)) is not None:
        errors["name"] = fault
    return WaitingListForm(email, name, max(1, quantity), level_id, fields.get("apart") == "yes", errors)
