"""People of an organization."""

from datetime import datetime

from msgspec import Struct

from admitone.kit.refusal import Fault, InvalidBody
from admitone.kit.text import clean_name, email_fault, name_fault
from admitone.organizers.contracts import Newcomer, Role
from admitone.organizers.domain.passwords import password_fault

NAME_CHARACTERS_MAX = 100


class Person(Struct, frozen=True):
    """`password_hash`: None for a person who signs in by links only."""

    id: str
    name: str
    email: str | None
    password_hash: str | None

    def __repr__(self) -> str:
        return f"Person(id={self.id!r})"


class Member(Struct, frozen=True):
    person_id: str
    name: str
    email: str | None
    role: Role
    created_at: datetime
    last_seen_at: datetime | None


class Operator(Struct, frozen=True):
    """A person who operates the installation. `email`: None for a person who signs in by links only."""

    person_id: str
    name: str
    email: str | None
    since: datetime


class MemberOf(Struct, frozen=True):
    """An organization of a person, and their role in it."""

    organization_id: str
    name: str
    role: Role


class PendingInvitation(Struct, frozen=True):
    """An unused invitation. Its token is not stored."""

    id: str
    role: Role
    email: str | None
    created_at: datetime
    expires_at: datetime


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
    if (fault := password_fault(newcomer.password, (name, email))) is not None:
        faults.append(("/password", fault))
    if faults:
        raise InvalidBody(faults)
    return Newcomer(name, email, newcomer.password)


def check_new_password(password: str, person: Person) -> None:
    """Raises `InvalidBody`."""
    if (fault := password_fault(password, (person.name, person.email or ""))) is not None:
        raise InvalidBody([("/password", fault)])
