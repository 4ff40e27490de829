"""People of an organization."""

from msgspec import Struct

from admitone.kit.refusal import Fault, InvalidBody
from admitone.kit.text import clean_name, email_fault, name_fault
from admitone.organizers.contracts import Newcomer, Role

NAME_CHARACTERS_MAX = 100


class MemberOf(Struct, frozen=True):
    """An organization of a person, and their role in it."""

    organization_id: str
    name: str
    role: Role


def check_newcomer(newcomer: Newcomer) -> Newcomer:
    """Return the newcomer with cleaned texts. Raises `InvalidBody`."""
    name, email = clean_name(newcomer.name), clean_name(newcomer.email)
    faults: list[Fault] = []
    if len(name) > NAME_CHARACTERS_MAX:
        faults.append(("/name", f"A name has at most {NAME_CHARACTERS_MAX} characters."))
    elif (fault := "Write your name." if not name else name_fault(name)) is not None:
        faults.append(("/name", fault))
    if (fault := email_fault(email)) is not None:
        faults.append(("/email", fault))
    if faults:
        raise InvalidBody(faults)
    return Newcomer(name, email)
