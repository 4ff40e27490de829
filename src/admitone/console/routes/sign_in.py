"""Sign in by mail address and password; prove again who one is, before members, keys and money."""

from urllib.parse import urlencode

from litestar import Response, get, post

from admitone.console.domain.forms import Form
from admitone.console.routes.cookies import read_session
from admitone.console.routes.rendering import ConsoleRequest, render
from admitone.console.routes.safe_address import safe_address
from admitone.console.routes.visit import (
    NEEDS,
    PUBLIC,
    OpenVisit,
    Shell,
    action,
    enter,
    origin_of,
    read_form,
    screen,
)
from admitone.console.usecases.sign_in import confirm_person, give_code, sign_in
from admitone.kit.http.declared_request import READS_QUERY
from admitone.organizers.contracts import Permission


@get("/console/sign-in", include_in_schema=False, opt={NEEDS: PUBLIC, READS_QUERY: ("next",)})
async def show_sign_in(request: ConsoleRequest) -> Response[bytes]:
    shell: Shell = request.state.shell
    return render(
        request, shell.deps, "sign_in.html", form=Form(), next=safe_address(request.query_params.get("next", ""))
    )


@post("/console/sign-in", status_code=200, include_in_schema=False, opt={NEEDS: PUBLIC})
async def post_sign_in(request: ConsoleRequest) -> Response[bytes]:
    shell: Shell = request.state.shell
    form = await read_form(request)
    outcome = await sign_in(shell.deps, form, origin_of(request))
    if isinstance(outcome, Form):
        return render(
            request, shell.deps, "sign_in.html", status=422, form=outcome, next=safe_address(form.value("next"))
        )
    address = safe_address(form.value("next"))
    if outcome.awaits_code:
        address = f"/console/sign-in/code?{urlencode({'next': address})}"
    return enter(shell, outcome, address)


@get("/console/sign-in/code", include_in_schema=False, opt={NEEDS: PUBLIC, READS_QUERY: ("next",)})
async def show_code(request: ConsoleRequest) -> Response[bytes]:
    shell: Shell = request.state.shell
    return render(
        request, shell.deps, "code.html", form=Form(), next=safe_address(request.query_params.get("next", ""))
    )


@post("/console/sign-in/code", status_code=200, include_in_schema=False, opt={NEEDS: PUBLIC})
async def post_code(request: ConsoleRequest) -> Response[bytes]:
    """The cookie of the session that awaits the code says whose it is; pages of other sites are refused before."""
    shell: Shell = request.state.shell
    form, token = await read_form(request), read_session(request, is_secure=shell.deps.is_secure)
    outcome = await give_code(shell.deps, token or "", form, origin_of(request))
    if isinstance(outcome, Form):
        return render(request, shell.deps, "code.html", status=422, form=outcome, next=safe_address(form.value("next")))
    return enter(shell, outcome, safe_address(form.value("next")))


@screen("/console/confirm", needs=Permission.BELONG, area=None, reads=("next",))
async def show_confirm(visit: OpenVisit) -> Response[bytes]:
    return await visit.render("confirm.html", next=safe_address(visit.query.get("next", "")))


@action("/console/confirm", needs=Permission.BELONG, area=None)
async def post_confirm(visit: OpenVisit) -> Response[bytes]:
    address = safe_address(visit.form.value("next"))
    refused = await confirm_person(visit.deps, visit.identity, visit.form, origin_of(visit.request))
    if refused is not None:
        return await visit.render("confirm.html", status=422, form=refused, next=address)
    return visit.redirect(address)
