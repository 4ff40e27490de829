"""Render refusals as screens, in one place."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from litestar import HttpMethod, Response, route
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath

from admitone.console.domain.navigation import navigation_for
from admitone.console.domain.problem_words import Words, words_of
from admitone.console.routes.cookies import sign
from admitone.console.routes.rendering import ConsoleRequest, render, see_other
from admitone.console.routes.visit import NEEDS, PUBLIC, Shell
from admitone.console.usecases.api import ApiRefused
from admitone.kit.http import problem
from admitone.kit.http.declared_request import READS_QUERY
from admitone.kit.refusal import Kind, Refusal
from admitone.organizers.contracts import Identity

FRESH_CODE = "fresh-sign-in-needed"


def _on_refusal(request: ConsoleRequest, refusal: Refusal) -> Response[bytes]:
    answer = problem.problem(refusal)
    status = answer.status_code or 500
    if refusal.kind is Kind.UNAUTHENTICATED:
        return _to_sign_in(request, "/console/sign-in", status)
    if refusal.code == FRESH_CODE:
        return _to_sign_in(request, "/console/confirm", status)
    response = _page(request, status, refusal.code, _named(refusal.detail, refusal.members))
    if "Retry-After" in answer.headers:
        response.headers["Retry-After"] = answer.headers["Retry-After"]
    return response


def _on_api_refusal(request: ConsoleRequest, error: ApiRefused) -> Response[bytes]:
    if error.problem.status == 401:
        return _to_sign_in(request, "/console/sign-in", 401)
    if error.problem.code == FRESH_CODE:
        return _to_sign_in(request, "/console/confirm", 403)
    detail = _named(error.problem.detail, error.problem.members)
    return _page(request, error.problem.status, error.problem.code, detail)


def _named(detail: str, members: Mapping[str, Any]) -> str:
    """Return the detail with the name of the parameter that it is about, if any."""
    return f"{members['parameter']}: {detail}" if "parameter" in members else detail


def _on_http_exception(request: ConsoleRequest, error: HTTPException) -> Response[bytes]:
    answer = problem.on_http_exception(request, error)
    status = answer.status_code or error.status_code
    code = {404: "not-found", 405: "method-not-allowed"}.get(status, "invalid-body")
    return _page(request, status, code if status < 500 else "defect", error.detail if status < 500 else "")


def _on_unavailable(request: ConsoleRequest, error: Exception) -> Response[bytes]:
    problem.on_unavailable(request, error)
    return _page(request, 503, "busy", problem.UNAVAILABLE_DETAIL)


def _on_unstorable(request: ConsoleRequest, error: Any) -> Response[bytes]:
    return _on_refusal(request, problem.unstorable_value(error))


def _on_defect(request: ConsoleRequest, error: Exception) -> Response[bytes]:
    if problem.is_unavailable(error):
        return _on_unavailable(request, error)
    problem.on_defect(request, error)
    return _page(request, 500, "defect", problem.DEFECT_DETAIL)


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: _on_refusal,
    ApiRefused: _on_api_refusal,
    HTTPException: _on_http_exception,
    **dict.fromkeys(problem.UNAVAILABLE, _on_unavailable),
    problem.UNSTORABLE: _on_unstorable,
    OSError: _on_defect,  # the application's own handler answers problem documents
    Exception: _on_defect,
}


@route(
    "/console/{rest:path}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST],
    include_in_schema=False,
    opt={NEEDS: PUBLIC, READS_QUERY: True},
)
async def show_not_found(rest: FromPath[str]) -> Response[bytes]:
    raise NotFoundException(f"There is no page {str(rest)[:100]}.")


def _to_sign_in(request: ConsoleRequest, path: str, status: int) -> Response[bytes]:
    """Lead a screen to the sign-in and back. What a form sent is lost: its page says so."""
    address = request.url.path if request.method == "GET" else "/console"
    if request.method == "GET" and request.url.query:
        address = f"{address}?{request.url.query}"
    url = f"{path}?{urlencode({'next': address})}"
    if request.method == "GET":
        return see_other(url)
    return render(request, _shell(request).deps, "signed_out.html", status=status, url=url)


def _page(request: ConsoleRequest, status: int, code: str, detail: str) -> Response[bytes]:
    shell = _shell(request)
    identity: Identity | None = request.state.get("identity")
    navigation = [] if identity is None else navigation_for(identity, shell.entries)
    token: str | None = request.state.get("token")
    words: Words = words_of(code, detail)
    return render(
        request,
        shell.deps,
        "problem.html",
        status=status,
        words=words,
        code=code,
        navigation=navigation,
        csrf=sign(token, "form") if token else "",
    )


def _shell(request: ConsoleRequest) -> Shell:
    shell: Shell = request.state.shell
    return shell
