"""The one place where a refusal becomes HTTP: RFC 9457 `application/problem+json` with a stable `code`.

Mounted on every role by `runtime.app`. Routes contain no try/except.
"""

import errno
import math
from http import HTTPStatus
from typing import Any

import msgspec
import psycopg
import psycopg_pool
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from prometheus_client import Counter

from admitone.kit import redis
from admitone.kit.http.request_metrics import route_of
from admitone.kit.http.strict_request import AnyRequest, parameter_name
from admitone.kit.refusal import BodyTooLarge, Busy, InvalidBody, InvalidParameter, Kind, Refusal

log = structlog.get_logger(__name__)
DEFECTS = Counter("admitone_defects_total", "Unexpected errors answered with 500", ["error"])
SHED = Counter("admitone_shed_total", "Requests answered with 503 because a server did not answer", ["reason"])

_STATUS = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.UNPAID: 402,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.STALE: 412,
    Kind.TOO_LARGE: 413,
    Kind.UNSUPPORTED: 415,
    Kind.UNPROCESSABLE: 422,
    Kind.TOO_EARLY: 425,
    Kind.TOO_MANY: 429,
    Kind.BUSY: 503,
}

PROBLEM_TYPE = "application/problem+json"
UNAVAILABLE_DETAIL = (
    "A needed server does not answer. Try again shortly, with the same idempotency key: nothing is done twice."
)
UNSTORABLE_DETAIL = "A value cannot be stored: a NUL character, or a number out of range."
DEFECT_DETAIL = "This is our error, and it was recorded. Trying again later may help."

# A server that we need does not answer, is restarting or is full: nothing was decided, and the caller may try again.
UNAVAILABLE = (
    # SQLSTATE classes 08 (connection), 40 (rolled back: deadlock, serialization), 53 (resources: disk full),
    # 55P03 (lock timeout), 57 (intervention: shutdown, statement timeout), 58 (system: input and output).
    psycopg.OperationalError,
    psycopg_pool.PoolTimeout,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,  # it became a replica: another one is the server now
    psycopg.errors.IdleInTransactionSessionTimeout,  # we idled in a transaction, and the server disconnected
    *redis.UNAVAILABLE,
)


# This machine has run out of a resource (an `OSError`): another machine, or this one soon, may have it. Any other
# `OSError` is a defect.
RESOURCE_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EROFS, errno.EIO}
)


UNSTORABLE = psycopg.DataError
"""What PostgreSQL raises for a value that it cannot store. Pages show it as a page of theirs."""


class UnstorableValue(Refusal):
    """The fallback behind the schemas: PostgreSQL text accepts no NUL character, and its numbers have a range."""

    code = "unstorable-value"
    kind = Kind.UNPROCESSABLE


def problem(refusal: Refusal) -> Response[bytes]:
    """Return the answer for a refusal: status by kind, `Retry-After` if the refusal knows the time."""
    return _response(*problem_parts(refusal))


def problem_parts(refusal: Refusal) -> tuple[int, str, str, dict[str, str], dict[str, Any]]:
    """Return (status, code, detail, headers, members) of a refusal."""
    status = _STATUS[refusal.kind]
    headers = {"Cache-Control": "no-store"}
    if refusal.retry_after_seconds is not None:
        headers["Retry-After"] = str(max(1, math.ceil(refusal.retry_after_seconds)))
    if refusal.kind is Kind.UNAUTHENTICATED:
        headers["WWW-Authenticate"] = "Bearer"
    return status, refusal.code, refusal.detail, headers, refusal.members


def problem_answer(error: Exception, *, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    """Return (status, headers, body) for an exception outside of the framework."""
    if isinstance(error, Refusal):
        status, code, detail, headers, members = problem_parts(error)
        return status, headers, problem_body(status, code, detail, members)
    if is_unavailable(error):
        _record_unavailable(error)
        return problem_answer(Busy(UNAVAILABLE_DETAIL), method=method, path=path)
    if isinstance(error, psycopg.DataError):
        return problem_answer(UnstorableValue(UNSTORABLE_DETAIL), method=method, path=path)
    _record_defect(error, method, path)
    return 500, {"Cache-Control": "no-store"}, problem_body(500, "defect", DEFECT_DETAIL, {})


def on_refusal(_request: AnyRequest, refusal: Refusal) -> Response[bytes]:
    return problem(refusal)


def on_unavailable(_request: AnyRequest, error: Exception) -> Response[bytes]:
    _record_unavailable(error)
    return problem(Busy(UNAVAILABLE_DETAIL))


def on_possibly_unavailable(request: AnyRequest, error: Exception) -> Response[bytes]:
    return on_unavailable(request, error) if is_unavailable(error) else on_defect(request, error)


def is_unavailable(error: BaseException) -> bool:
    """Whether a needed server or resource is unavailable: 503, and nothing was decided."""
    if isinstance(error, psycopg.errors.FeatureNotSupported):
        # A release has changed a table under a prepared statement; the pool gives the connection up.
        return error.diag.source_function == "RevalidateCachedQuery"
    return isinstance(error, UNAVAILABLE) or (isinstance(error, OSError) and error.errno in RESOURCE_ERRNOS)


def on_http_exception(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    """Litestar's own refusals: unknown path, wrong method, malformed query or body."""
    if isinstance(error, ValidationException):
        return problem(_validation_refusal(request, error))
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return problem(BodyTooLarge("The body is larger than this address accepts."))
    phrase = HTTPStatus(error.status_code).phrase
    headers = {"Cache-Control": "no-store", **(error.headers or {})}
    detail = error.detail if error.status_code < 500 else phrase
    return _response(error.status_code, phrase.lower().replace(" ", "-"), detail, headers, {})


def on_unstorable(_request: AnyRequest, error: psycopg.DataError) -> Response[bytes]:
    return problem(unstorable_value(error))


def unstorable_value(error: psycopg.DataError) -> UnstorableValue:
    """Return the refusal, and log the error."""
    log.info("unstorable value", sqlstate=error.sqlstate)  # the message quotes the value
    return UnstorableValue(UNSTORABLE_DETAIL)


def on_defect(request: AnyRequest, error: Exception) -> Response[bytes]:
    _record_defect(error, request.method, route_of(request.scope))
    return _response(500, "defect", DEFECT_DETAIL, {"Cache-Control": "no-store"}, {})


EXCEPTION_HANDLERS: dict[Any, Any] = {
    Refusal: on_refusal,
    HTTPException: on_http_exception,
    **dict.fromkeys(UNAVAILABLE, on_unavailable),
    OSError: on_possibly_unavailable,
    psycopg.errors.FeatureNotSupported: on_possibly_unavailable,
    UNSTORABLE: on_unstorable,
    Exception: on_defect,
}


def _validation_refusal(request: AnyRequest, error: ValidationException) -> Refusal:
    extra = error.extra if isinstance(error.extra, list) else []
    parameters = [parameter for parameter in extra if parameter.get("source") in ("query", "path", "header", "cookie")]
    if parameters:
        name = parameter_name(request.route_handler, str(parameters[0].get("key", "")))
        return InvalidParameter(name, str(parameters[0].get("message", error.detail)))
    if request.route_handler.parsed_data_field is not None:
        # `kit.http.strict_request` decodes bodies, so the framework's own check only finds a missing body.
        return InvalidBody([("", "A JSON body is required.")])
    return InvalidParameter("", error.detail)


def _response(status: int, code: str, detail: str, headers: dict[str, str], members: dict[str, Any]) -> Response[bytes]:
    return Response(
        problem_body(status, code, detail, members),
        status_code=status,
        media_type=PROBLEM_TYPE,
        headers=headers,
    )


def problem_body(status: int, code: str, detail: str, members: dict[str, Any]) -> bytes:
    """Encode a problem document."""
    body = {
        "type": f"/problems#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **members,
    }
    return msgspec.json.encode(body)


def _record_unavailable(error: Exception) -> None:
    SHED.labels(type(error).__name__).inc()
    log.warning("dependency unavailable", error=type(error).__name__, detail=str(error)[:300])


def _record_defect(error: Exception, method: str, route: str) -> None:
    DEFECTS.labels(type(error).__name__).inc()
    log.error("defect", method=method, route=route, exc_info=error)
