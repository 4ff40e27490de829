"""A person's own account: sessions, password, organization, the way out."""

from litestar import Response
from litestar.params import FromPath

from admitone.console.routes.cookies import keep_session
from admitone.console.routes.rendering import see_other
from admitone.console.routes.visit import OpenVisit, action, screen
from admitone.console.usecases.api import Problem
from admitone.organizers.contracts import Fresh, Permission

_PATH = "/console/account"


@screen(_PATH, needs=Permission.BELONG, area=None)
async def show_account(visit: OpenVisit) -> Response[bytes]:
    return await _show(visit)


@action("/console/account/password", needs=Fresh(Permission.BELONG), area=None)
async def post_password(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.put("/organizer/me/password", {"password": visit.form.value("password")})
    if isinstance(answer, Problem):
        visit.form.refused(answer.faults)
        return await _show(visit, status=422)
    return visit.redirect(_PATH, flash="Your password is changed. Your other sessions have ended.")


@action("/console/account/sessions/{session_id:str}/end", needs=Permission.BELONG, area=None)
async def post_end_session(visit: OpenVisit, session_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.delete(f"/organizer/me/sessions/{session_id}")
    words = "The session had ended before." if isinstance(answer, Problem) else "The session has ended."
    return visit.redirect(_PATH, flash=words)


@action("/console/account/organization", needs=Permission.BELONG, area=None)
async def post_organization(visit: OpenVisit) -> Response[bytes]:
    chosen = {"organization_id": visit.form.value("organization_id")}
    answer = await visit.api.put("/organizer/me/organization", chosen)
    if isinstance(answer, Problem):
        return visit.redirect(_PATH, flash="You are no member of this organization.")
    return visit.redirect("/console")


@action("/console/account/leave", needs=Fresh(Permission.BELONG), area=None)
async def post_leave(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.delete("/organizer/me/membership")
    if isinstance(answer, Problem):
        return visit.redirect(_PATH, flash=answer.detail)
    return see_other("/console/sign-in")


@action("/console/sign-out", needs=Permission.BELONG, area=None)
async def post_sign_out(visit: OpenVisit) -> Response[bytes]:
    await visit.deps.end_session(visit.identity)
    return keep_session(see_other("/console/sign-in"), "", seconds=0, is_secure=visit.deps.is_secure)


async def _show(visit: OpenVisit, *, status: int = 200) -> Response[bytes]:
    sessions = (await visit.api.get("/organizer/me/sessions"))["sessions"]
    passkeys = await visit.api.get("/organizer/me/passkeys")
    second_factor = await visit.api.get("/organizer/me/second-factor")
    return await visit.render(
        "account.html",
        status=status,
        sessions=sessions,
        has_second_factor=second_factor["is_on"],
        passkeys=passkeys,
    )
