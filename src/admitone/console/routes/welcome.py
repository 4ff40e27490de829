"""One-time links: the first owner of an organization introduces themselves; the demo opens at once."""

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.console.domain.forms import Form
from admitone.console.routes.cookies import read_session, sign
from admitone.console.routes.rendering import ConsoleRequest, render
from admitone.console.routes.visit import NEEDS, PUBLIC, OpenVisit, Shell, enter, origin_of, read_form
from admitone.console.usecases.accept_link import accept_link
from admitone.console.usecases.sign_in import find_visitor
from admitone.organizers.contracts import LinkPurpose, OneTimeLink, Permission


@get("/console/welcome/{token:str}", include_in_schema=False, opt={NEEDS: PUBLIC})
async def show_welcome(request: ConsoleRequest, token: FromPath[str]) -> Response[bytes]:
    shell: Shell = request.state.shell
    link = await shell.deps.read_link(token)
    if link.purpose is LinkPurpose.OPEN:
        return enter(shell, await shell.deps.use_link(token, None, origin_of(request)), "/console")
    return await _form(request, shell, link, Form())


@post("/console/welcome/{token:str}", status_code=200, include_in_schema=False, opt={NEEDS: PUBLIC})
async def post_welcome(request: ConsoleRequest, token: FromPath[str]) -> Response[bytes]:
    shell: Shell = request.state.shell
    link = await shell.deps.read_link(token)
    outcome = await accept_link(shell.deps, token, await read_form(request), origin_of(request))
    if isinstance(outcome, Form):
        return await _form(request, shell, link, outcome, status=422)
    return enter(shell, outcome, "/console")


@post("/console/join/{token:str}", status_code=200, include_in_schema=False, opt={NEEDS: Permission.BELONG})
async def post_join(visit: OpenVisit, token: FromPath[str]) -> Response[bytes]:
    """Accept an invitation as the person who is signed in."""
    await visit.deps.join_by_link(token, visit.identity, origin_of(visit.request))
    return visit.redirect("/console", flash="You are a member now.")


async def _form(
    request: ConsoleRequest, shell: Shell, link: OneTimeLink, form: Form, *, status: int = 200
) -> Response[bytes]:
    token = read_session(request, is_secure=shell.deps.is_secure)
    member = None
    if token is not None and link.purpose is LinkPurpose.INVITATION:
        member = await find_visitor(shell.deps, token)
    csrf = sign(token, "form") if token is not None and member is not None else ""
    return render(request, shell.deps, "welcome.html", status=status, link=link, form=form, member=member, csrf=csrf)
