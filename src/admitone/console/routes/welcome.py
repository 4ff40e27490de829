"""One-time links: the first owner of an organization introduces themselves; the demo opens at once."""

from litestar import Response, get, post
from litestar.params import FromPath

from admitone.console.domain.forms import Form
from admitone.console.routes.cookies import keep_session, seconds_until
from admitone.console.routes.rendering import ConsoleRequest, render, see_other
from admitone.console.routes.visit import NEEDS, PUBLIC, Shell, origin_of, read_form
from admitone.console.usecases.accept_link import accept_link
from admitone.organizers.contracts import LinkPurpose, OneTimeLink, StartedSession


@get("/console/welcome/{token:str}", include_in_schema=False, opt={NEEDS: PUBLIC})
async def show_welcome(request: ConsoleRequest, token: FromPath[str]) -> Response[bytes]:
    shell: Shell = request.state.shell
    link = await shell.deps.read_link(token)
    if link.purpose is LinkPurpose.OPEN:
        return _enter(shell, await shell.deps.use_link(token, None, origin_of(request)))
    return _form(request, shell, link, Form())


@post("/console/welcome/{token:str}", status_code=200, include_in_schema=False, opt={NEEDS: PUBLIC})
async def post_welcome(request: ConsoleRequest, token: FromPath[str]) -> Response[bytes]:
    shell: Shell = request.state.shell
    link = await shell.deps.read_link(token)
    outcome = await accept_link(shell.deps, token, await read_form(request), origin_of(request))
    if isinstance(outcome, Form):
        return _form(request, shell, link, outcome, status=422)
    return _enter(shell, outcome)


def _form(
    request: ConsoleRequest, shell: Shell, link: OneTimeLink, form: Form, *, status: int = 200
) -> Response[bytes]:
    return render(request, shell.deps, "welcome.html", status=status, link=link, form=form)


def _enter(shell: Shell, session: StartedSession) -> Response[bytes]:
    seconds = seconds_until(session.ends_at, shell.deps.now())
    return keep_session(see_other("/console"), session.token, seconds=seconds, is_secure=shell.deps.is_secure)
