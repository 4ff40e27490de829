"""Sign in by a passkey, or prove again who one is. The script of the page asks the browser for it (`js/passkey.js`)."""

from litestar import Response, get, post

from admitone.console.domain.forms import Form
from admitone.console.routes.rendering import HEADERS, ConsoleRequest, render
from admitone.console.routes.safe_address import safe_address
from admitone.console.routes.visit import NEEDS, PUBLIC, OpenVisit, Shell, action, enter, origin_of, read_form, screen
from admitone.console.usecases.sign_in import confirm_by_passkey, sign_in_by_passkey
from admitone.organizers.contracts import Permission


@get("/console/sign-in/passkey", include_in_schema=False, opt={NEEDS: PUBLIC})
async def read_sign_in_options(request: ConsoleRequest) -> Response[bytes]:
    shell: Shell = request.state.shell
    return options_answer(await shell.deps.begin_passkey_sign_in(None))


@post("/console/sign-in/passkey", status_code=200, include_in_schema=False, opt={NEEDS: PUBLIC})
async def post_sign_in(request: ConsoleRequest) -> Response[bytes]:
    shell: Shell = request.state.shell
    form = await read_form(request)
    address = safe_address(form.value("next"))
    outcome = await sign_in_by_passkey(shell.deps, form, origin_of(request))
    if isinstance(outcome, Form):
        return render(request, shell.deps, "sign_in.html", status=422, form=outcome, next=address)
    return enter(shell, outcome, address)


@screen("/console/confirm/passkey", needs=Permission.BELONG, area=None)
async def read_confirm_options(visit: OpenVisit) -> Response[bytes]:
    return options_answer(await visit.deps.begin_passkey_sign_in(visit.identity))


@action("/console/confirm/passkey", needs=Permission.BELONG, area=None)
async def post_confirm(visit: OpenVisit) -> Response[bytes]:
    address = safe_address(visit.form.value("next"))
    refused = await confirm_by_passkey(visit.deps, visit.identity, visit.form, origin_of(visit.request))
    if refused is not None:
        return await visit.render("confirm.html", status=422, form=refused, next=address)
    return visit.redirect(address)


def options_answer(options: str) -> Response[bytes]:
    """Return what the page's script gives to the browser."""
    return Response(options.encode(), media_type="application/json", headers=dict(HEADERS))
