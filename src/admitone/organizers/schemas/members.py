"""Members, invitations and API keys."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, structs

from admitone.kit.text import EMAIL, MOMENT, NAME
from admitone.organizers.contracts import Role
from admitone.organizers.domain.api_key import ApiKey
from admitone.organizers.domain.member import Member, PendingInvitation

Label = Annotated[str, Meta(max_length=100, extra={"rule": NAME})]
Moment = Annotated[datetime, Meta(tz=True, extra={"rule": MOMENT})]
Email = Annotated[str, Meta(max_length=254, extra={"rule": EMAIL})]


class MemberOut(Struct):
    id: str
    name: str
    email: str | None
    role: str
    member_since: datetime
    last_seen_at: datetime | None

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        return cls(
            id=member.person_id,
            name=member.name,
            email=member.email,
            role=member.role.value,
            member_since=member.created_at,
            last_seen_at=member.last_seen_at,
        )


class MemberList(Struct):
    members: list[MemberOut]


class RoleIn(Struct, forbid_unknown_fields=True):
    role: Role


class InvitationIn(Struct, forbid_unknown_fields=True):
    """`email`: where to mail the link, and what the form of the invited person begins with."""

    role: Role
    email: Email | None = None


class InvitationOut(Struct):
    id: str
    role: str
    email: str | None
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, invitation: PendingInvitation) -> "InvitationOut":
        return cls(**{**structs.asdict(invitation), "role": invitation.role.value})


class InvitationList(Struct):
    invitations: list[InvitationOut]


class CreatedInvitationOut(Struct):
    """`url` works once and cannot be shown again."""

    id: str
    url: str
    is_mailed: bool


class KeyIn(Struct, forbid_unknown_fields=True):
    """`expires_at`: without it the key works until it is revoked."""

    name: Label
    role: Role
    expires_at: Moment | None = None


class KeyOut(Struct):
    """`state`: `live`, `expired` or `revoked`."""

    id: str
    name: str
    role: str
    state: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, key: ApiKey, now: datetime) -> "KeyOut":
        return cls(
            id=key.id,
            name=key.label,
            role=key.role.value,
            state=key.state(now),
            created_at=key.created_at,
            last_used_at=key.last_used_at,
            expires_at=key.expires_at,
            revoked_at=key.revoked_at,
        )


class KeyList(Struct):
    keys: list[KeyOut]


class CreatedKeyOut(Struct):
    """`key` cannot be shown again."""

    id: str
    key: str
