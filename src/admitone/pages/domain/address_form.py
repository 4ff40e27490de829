"""Read and check the form that asks for another address of a booking."""

from collections.abc import Iterable

from msgspec import Struct

from admitone.kit.text import clean_name, email_fault


class AddressForm(Struct, frozen=True):
    """`is_asked`: the mails are on their way. `is_made`: the new address was just confirmed."""

    email: str = ""
    error: str | None = None
    is_asked: bool = False
    is_made: bool = False


def read_address_form(fields: Iterable[tuple[str, str]]) -> AddressForm:
    email = clean_name(dict(fields).get("new_email", ""))
    return AddressForm(email, email_fault(email) if email else "Enter the new email address.")
