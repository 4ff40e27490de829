"""Render refusals as pages, in one place. Texts are in domain/problem_words.py."""

import math
from datetime import UTC, datetime
from typing import Any

from litestar import HttpMethod, Response, get, route
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath

from admitone.kit.http import problem
from admitone.kit.http.declared_request import MEDIA_TYPES
from admitone.kit.refusal import Busy, Kind, Refusal
from admitone.pages.domain.problem_meanings import MEANINGS
from admitone.pages.domain.problem_words import EXPLANATIONS, explain
from admitone.pages.routes.rendering import PRIVATE, PageRequest, render

_BUSY_SECONDS = 3
"""Seconds until a page reloads automatically, if the refusal does not say when."""


def refusal_page(request: PageRequest, refusal: Refusal) -> Response[bytes]:
    """Return the page of a refusal: the API's status, texts for people, a next step."""
    answer = problem.problem(refusal)
    headers = {"Retry-After": answer.headers["Retry-After"]} if "Retry-After" in answer.headers else {}
    if refusal.kind is Kind.BUSY and request.method == "GET":
        seconds = max(1, math.ceil(refusal.retry_after_seconds or _BUSY_SECONDS))
        headers = {"Retry-After": str(seconds), "Refresh": str(seconds)}
    return _page(request, answer.status_code or 500, refusal.code, refusal.detail, headers, refusal.members)


def _on_http_exception(request: PageRequest, error: HTTPException) -> Response[bytes]:
    answer = problem.on_http_exception(request, error)
    status = answer.status_code or error.status_code
    code = {404: "not-found", 405: "method-not-allowed", 400: "invalid-parameter"}.get(status, "invalid-body")
    return _page(request, status, code if status < 500 else "defect", error.detail, {}, {})


def _on_unavailable(request: PageRequest, error: Exception) -> Response[bytes]:
    problem.on_unavailable(request, error)
    return refusal_page(request, Busy())


def _on_os_error(request: PageRequest, error: OSError) -> Response[bytes]:
    return _on_unavailable(request, error) if problem.is_unavailable(error) else _on_defect(request, error)


def _on_unstorable(request: PageRequest, error: Any) -> Response[bytes]:
    return refusal_page(request, problem.unstorable_value(error))


def _on_defect(request: PageRequest, error: Exception) -> Response[bytes]:
    problem.on_defect(request, error)
    return _page(request, 500, "defect", "", {}, {})


def _page(
    request: PageRequest, status: int, code: str, detail: str, headers: dict[str, str], members: dict[str, Any]
) -> Response[bytes]:
    return render(
        request,
        "problem.html",
        status=status,
        cache=PRIVATE,
        headers=headers,
        code=code,
        words=explain(code, detail, members),
        detail=detail,
        members=_texts(members),
        event_id=members.get("event_id"),
        retries="Refresh" in headers,
    )


def _texts(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members in the form of the problem document: times are RFC 3339 text there."""
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in members.items()
    }


@get("/problems", include_in_schema=False)
async def show_problems(request: PageRequest) -> Response[bytes]:
    """Serve the page that the `type` of a problem document links to."""
    meanings = {**MEANINGS, **{code: words.meaning for code, words in EXPLANATIONS.items()}}
    return render(request, "problems.html", meanings=sorted(meanings.items()))


_ANY = [HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE]


@route("/{rest:path}", http_method=_ANY, include_in_schema=False, opt={MEDIA_TYPES: ()})
async def show_not_found(request: PageRequest, rest: FromPath[str]) -> Response[bytes]:
    """Answer paths without a route: a page for people, a problem document for programs."""
    detail = f"There is nothing at {rest}."
    if "text/html" not in request.headers.get("accept", ""):
        return problem.on_http_exception(request, NotFoundException(detail))
    return _page(request, 404, "not-found", detail, {}, {})


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: refusal_page,
    HTTPException: _on_http_exception,
    **dict.fromkeys(problem.UNAVAILABLE, _on_unavailable),
    OSError: _on_os_error,
    problem.UNSTORABLE: _on_unstorable,
    Exception: _on_defect,
}
