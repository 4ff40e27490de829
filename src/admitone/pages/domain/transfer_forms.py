"""Read and check the forms that offer tickets to a friend and accept an offer."""

from collections.abc import Iterable

from msgspec import Struct

from admitone.kit.text import clean_name, email_fault, name_fault

NAME_MAX = 200
TICKETS_MAX = 100


class OfferForm(Struct, frozen=True):
    """`errors`: field → instruction to the holder, in the order of the page."""

    friend: str = ""
    ticket_ids: tuple[str, ...] = ()
    errors: dict[str, str] = {}
    email: str = ""
    """The friend's, or none."""


class AcceptForm(Struct, frozen=True):
    name: str = ""
    email: str = ""
    errors: dict[str, str] = {}


def read_offer_form(fields: Iterable[tuple[str, str]]) -> OfferForm:
    fields = list(fields)
    friend, email = (clean_name(dict(fields).get(name, "")) for name in ("friend", "friend_email"))
    ticket_ids = tuple(dict.fromkeys(value for name, value in fields if name == "ticket"))
    errors: dict[str, str] = {}
    if not ticket_ids:
        errors["tickets"] = "Choose at least one ticket."
    elif len(ticket_ids) > TICKETS_MAX:
        errors["tickets"] = f"Choose at most {TICKETS_MAX} tickets at a time."
    if fault := _name_fault(friend, "Enter your friend's name."):
        errors["friend"] = fault
    if email and (email_error := email_fault(email)) is not None:
        errors["friend_email"] = email_error
    return OfferForm(friend, ticket_ids, errors, email)


def read_accept_form(fields: Iterable[tuple[str, str]]) -> AcceptForm:
    given = dict(fields)
    name, email = clean_name(given.get("name", "")), clean_name(given.get("email", ""))
    errors: dict[str, str] = {}
    if fault := _name_fault(name, "Enter your name."):
        errors["name"] = fault
    if not email:
        errors["email"] = "Enter your email address."
    elif (email_error := email_fault(email)) is not None:
        errors["email"] = email_error
    return AcceptForm(name, email, errors)


def _name_fault(name: str, missing: str) -> str | None:
    if not name:
        return missing
    if len(name) > NAME_MAX:
        return f"A name may have at most {NAME_MAX} characters."
    return name_fault(name)
