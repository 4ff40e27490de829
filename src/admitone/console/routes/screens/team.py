"""Team: members and their roles, invitations."""

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.navigation import Area
from admitone.console.routes.rendering import ROLE_NAMES
from admitone.console.routes.visit import OpenVisit, action, screen
from admitone.console.usecases.api import Answer, Problem
from admitone.organizers.contracts import Fresh, Permission

_PATH = "/console/team"
_SEE, _CHANGE = Permission.ADMINISTER, Fresh(Permission.ADMINISTER)


@screen(_PATH, needs=_SEE, area=Area.TEAM, entry=True)
async def show_team(visit: OpenVisit) -> Response[bytes]:
    return await _show(visit)


@screen("/console/team/members/{person_id:str}", needs=_CHANGE, area=Area.TEAM)
async def show_member(visit: OpenVisit, person_id: FromPath[str]) -> Response[bytes]:
    members = (await visit.api.get("/organizer/members"))["members"]
    member = next((member for member in members if member["id"] == person_id), None)
    if member is None:
        return visit.redirect(_PATH, flash="This person is no member any more.")
    return await visit.render("member.html", member=member, roles=list(ROLE_NAMES.items()))


@action("/console/team/members/{person_id:str}", needs=_CHANGE, area=Area.TEAM)
async def post_member(visit: OpenVisit, person_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.patch(f"/organizer/members/{person_id}", {"role": visit.form.value("role")})
    return _done(visit, answer, "The role is changed.")


@action("/console/team/members/{person_id:str}/remove", needs=_CHANGE, area=Area.TEAM)
async def post_remove(visit: OpenVisit, person_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/members/{person_id}")
    return _done(visit, answer, "The person is no member any more.")


@screen("/console/team/invite", needs=_CHANGE, area=Area.TEAM)
async def show_invite(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("invite.html", roles=list(ROLE_NAMES.items()))


@action("/console/team/invite", needs=_CHANGE, area=Area.TEAM)
async def post_invite(visit: OpenVisit) -> Response[bytes]:
    invitation = {"role": visit.form.value("role"), "email": visit.form.text("email")}
    answer = await visit.api.post("/organizer/invitations", invitation, key=visit.form.key)
    if isinstance(answer, Problem):
        form = visit.form.refused(answer.faults)
        return await visit.render("invite.html", status=422, form=form, roles=list(ROLE_NAMES.items()))
    return await visit.render("invited.html", invitation=answer.document, role=invitation["role"])


@action("/console/team/invitations/{invitation_id:str}/revoke", needs=_CHANGE, area=Area.TEAM)
async def post_revoke(visit: OpenVisit, invitation_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/invitations/{invitation_id}")
    return _done(visit, answer, "The invitation does not work any more.")


def _done(visit: OpenVisit, answer: Answer | Problem, words: str) -> Response[bytes]:
    return visit.redirect(_PATH, flash=answer.detail if isinstance(answer, Problem) else words)


async def _show(visit: OpenVisit) -> Response[bytes]:
    members = (await visit.api.get("/organizer/members"))["members"]
    invitations = (await visit.api.get("/organizer/invitations"))["invitations"]
    return await visit.render("team.html", members=members, invitations=invitations)
