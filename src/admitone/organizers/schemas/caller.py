"""Who asks, and their sessions."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, structs

from admitone.organizers.domain.console_session import ConsoleSession
from admitone.organizers.usecases.account import Caller


class ActorOut(Struct):
    kind: str
    """`person` or `key`."""
    id: str
    name: str


class OrganizationOut(Struct):
    id: str
    name: str


class OwnOrganizationOut(Struct):
    id: str
    name: str
    role: str


class CallerOut(Struct):
    """Who the credential speaks for. `organizations`: where a person is a member."""

    actor: ActorOut
    organization: OrganizationOut
    role: str
    permissions: list[str]
    organizations: list[OwnOrganizationOut]
    email: str | None

    @classmethod
    def of(cls, caller: Caller) -> "CallerOut":
        identity = caller.identity
        return cls(
            actor=ActorOut(identity.actor_kind.value, identity.actor_id, identity.actor_name),
            organization=OrganizationOut(identity.organization_id, caller.organization_name),
            role=identity.role.value,
            permissions=sorted(permission.value for permission in identity.permissions),
            organizations=[
                OwnOrganizationOut(member.organization_id, member.name, member.role.value)
                for member in caller.organizations
            ],
            email=caller.email,
        )


class SessionOut(Struct):
    """`is_this`: the session that this request belongs to."""

    id: str
    organization_name: str
    created_at: datetime
    last_seen_at: datetime
    address: str | None
    agent: str
    is_this: bool


class SessionList(Struct):
    sessions: list[SessionOut]

    @classmethod
    def of(cls, sessions: list[ConsoleSession], own: str | None) -> "SessionList":
        return cls([SessionOut(**structs.asdict(session), is_this=session.id == own) for session in sessions])


class PasswordIn(Struct, forbid_unknown_fields=True):
    password: Annotated[str, Meta(max_length=1000)]

    def __repr__(self) -> str:
        return "PasswordIn()"


class SwitchIn(Struct, forbid_unknown_fields=True):
    organization_id: Annotated[str, Meta(max_length=64)]


class SecondFactorOut(Struct):
    is_on: bool


class NewSecondFactorOut(Struct):
    """`uri`: what an authenticator app reads from a QR code; `secret`: the same to type. It counts once a code of it
    is given."""

    secret: str
    uri: str


class CodeIn(Struct, forbid_unknown_fields=True):
    code: Annotated[str, Meta(max_length=100)]


class RecoveryCodesOut(Struct):
    """Each works once instead of a code; they cannot be shown again."""

    recovery_codes: list[str]
