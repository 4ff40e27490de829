"""Read and check the form that puts the names of guests on tickets."""

from collections.abc import Iterable

from msgspec import Struct

from admitone.kit.text import clean_name, name_fault

NAME_MAX = 200
FIELD = "name-"
"""The field of a ticket is this and its id."""


class NamesForm(Struct, frozen=True):
    """`names`, `errors`: by ticket id. A ticket whose field is empty keeps the name that it has."""

    names: dict[str, str] = {}
    errors: dict[str, str] = {}


def read_names_form(fields: Iterable[tuple[str, str]]) -> NamesForm:
    given = {name.removeprefix(FIELD): clean_name(value) for name, value in fields if name.startswith(FIELD)}
    names = {ticket_id: name for ticket_id, name in given.items() if name}
    errors = {ticket_id: fault for ticket_id, name in names.items() if (fault := _fault(name)) is not None}
    return NamesForm(names, errors)


def _fault(name: str) -> str | None:
    return f"A name may have at most {NAME_MAX} characters." if len(name) > NAME_MAX else name_fault(name)
