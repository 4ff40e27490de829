"""Members of the organization, and invitations."""

from http import HTTPStatus

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from admitone.kit.http.access import NEEDED
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import keep_before
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.http.strict_request import AnyRequest
from admitone.organizers.contracts import Fresh, Identity, Permission
from admitone.organizers.schemas.members import (
    CreatedInvitationOut,
    InvitationIn,
    InvitationList,
    InvitationOut,
    MemberList,
    MemberOut,
    RoleIn,
)
from admitone.organizers.usecases.account import PersonNeeded
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.invitations import invite_member, list_invitations, revoke_invitation
from admitone.organizers.usecases.members import change_role, list_members, remove_member

Caller = NamedDependency[Identity]
Given = NamedDependency[Deps]


@get("/members", operation_id="listMembers", summary="List the members (role owner)")
async def get_members(organizers_deps: Given, identity: Caller) -> Response[MemberList]:
    members = await list_members(organizers_deps, organization_id=identity.organization_id)
    return Response(MemberList([MemberOut.of(member) for member in members]), headers=NO_STORE)


@patch(
    "/members/{person_id:str}",
    operation_id="changeRole",
    summary="Give a member another role (role owner)",
    status_code=HTTPStatus.NO_CONTENT,
)
async def patch_member(
    request: AnyRequest, organizers_deps: Given, identity: Caller, person_id: FromPath[str], data: JSONBody[RoleIn]
) -> None:
    before = await change_role(
        organizers_deps, organization_id=identity.organization_id, person_id=person_id, role=data.role
    )
    keep_before(request.state, {"role": before.value})


@delete("/members/{person_id:str}", operation_id="removeMember", summary="Remove a member (role owner)")
async def delete_member(
    request: AnyRequest, organizers_deps: Given, identity: Caller, person_id: FromPath[str]
) -> None:
    before = await remove_member(organizers_deps, organization_id=identity.organization_id, person_id=person_id)
    keep_before(request.state, {"role": before.value})


@delete(
    "/me/membership",
    operation_id="leaveOrganization",
    summary="Leave the organization",
    opt={NEEDED: Fresh(Permission.BELONG)},
)
async def delete_own_membership(request: AnyRequest, organizers_deps: Given, identity: Caller) -> None:
    if identity.session_id is None:
        raise PersonNeeded
    before = await remove_member(organizers_deps, organization_id=identity.organization_id, person_id=identity.actor_id)
    keep_before(request.state, {"role": before.value})


@get("/invitations", operation_id="listInvitations", summary="List invitations that nobody has used (role owner)")
async def get_invitations(organizers_deps: Given, identity: Caller) -> Response[InvitationList]:
    found = await list_invitations(organizers_deps, organization_id=identity.organization_id)
    return Response(InvitationList([InvitationOut.of(invitation) for invitation in found]), headers=NO_STORE)


@post("/invitations", operation_id="inviteMember", summary="Make a link that makes a member, once (role owner)")
async def post_invitation(
    organizers_deps: Given,
    identity: Caller,
    data: JSONBody[InvitationIn],
    idempotency_key: IdempotencyKey = None,
) -> Response[CreatedInvitationOut]:
    created = await invite_member(organizers_deps, identity, role=data.role, email=data.email)
    location = f"/organizer/invitations/{created.id}"
    return Response(
        CreatedInvitationOut(created.id, created.url, created.is_mailed),
        status_code=HTTPStatus.CREATED,
        headers={**NO_STORE, "Location": location},
    )


@delete(
    "/invitations/{invitation_id:str}", operation_id="revokeInvitation", summary="Revoke an invitation (role owner)"
)
async def delete_invitation(
    request: AnyRequest, organizers_deps: Given, identity: Caller, invitation_id: FromPath[str]
) -> None:
    revoked = await revoke_invitation(
        organizers_deps, organization_id=identity.organization_id, invitation_id=invitation_id
    )
    keep_before(request.state, revoked)
