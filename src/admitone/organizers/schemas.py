"""Bodies of the organizers' API."""

from msgspec import Struct

from admitone.organizers.usecases.people import Caller


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

    @classmethod
    def of(cls, caller: Caller) -> "CallerOut":
        identity = caller.identity
        return cls(
            actor=ActorOut(identity.actor_kind.value, identity.actor_id, identity.actor_name),
            organization=OrganizationOut(identity.organization_id, caller.organization_name),
            role=identity.role.value,
            permissions=sorted(permission.value for permission in identity.role.permissions),
            organizations=[
                OwnOrganizationOut(member.organization_id, member.name, member.role.value)
                for member in caller.organizations
            ],
        )
