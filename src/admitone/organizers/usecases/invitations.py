"""Invite people by a link that works once; list and revoke invitations."""

from msgspec import Struct

from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.kit.text import clean_name, email_fault
from admitone.organizers.contracts import Identity, Invitation, LinkPurpose, Role
from admitone.organizers.domain.member import PendingInvitation
from admitone.organizers.store import accounts
from admitone.organizers.store import one_time_links as store
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.one_time_links import create_link


class InvitationNotFound(Refusal):
    code = "invitation-not-found"
    kind = Kind.NOT_FOUND


class CreatedInvitation(Struct, frozen=True):
    """`url` works once and cannot be shown again. `is_mailed`: it was given to the mail as well."""

    id: str
    url: str
    is_mailed: bool


async def invite_member(deps: Deps, identity: Identity, *, role: Role, email: str | None) -> CreatedInvitation:
    """Return the invitation; mail it where there is an address and mail. Raises `InvalidBody`."""
    email = clean_name(email) if email else None
    if email is not None and (fault := email_fault(email)) is not None:
        raise InvalidBody([("/email", fault)])
    link_id, token = await create_link(
        deps,
        organization_id=identity.organization_id,
        purpose=LinkPurpose.INVITATION,
        role=role,
        email=email,
        created_by=identity.actor_id,
    )
    url = f"{deps.public_url}/console/welcome/{token}"
    if email is None or deps.send_invitation is None:
        return CreatedInvitation(link_id, url, is_mailed=False)
    async with deps.pool.connection() as conn:
        name = await accounts.read_organization_name(conn, identity.organization_id)
    await deps.send_invitation(Invitation(email, name or "", role, url, identity.actor_name))
    return CreatedInvitation(link_id, url, is_mailed=True)


async def list_invitations(deps: Deps, *, organization_id: str) -> list[PendingInvitation]:
    """Return the invitations that still work, the newest first."""
    async with deps.pool.connection() as conn:
        return await store.list_invitations(conn, organization_id=organization_id, now=deps.now())


async def revoke_invitation(deps: Deps, *, organization_id: str, invitation_id: str) -> dict[str, str]:
    """Return the role that the invitation offered. Raises `InvitationNotFound`."""
    async with deps.pool.connection() as conn:
        revoked = await store.revoke_invitation(
            conn, organization_id=organization_id, link_id=invitation_id, now=deps.now()
        )
    if revoked is None:
        raise InvitationNotFound("There is no such invitation, or it was used or revoked before.")
    return revoked
