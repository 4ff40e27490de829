"""Operations of the hot path as the OpenAPI document describes them: no framework handler answers them."""

from typing import Any

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from admitone.kit.http.hot_path import HotRoute
from admitone.kit.http.idempotency import IdempotencyKey


def described(route: HotRoute) -> HTTPRouteHandler:
    """Return what the framework's OpenAPI generator reads, derived from the types that the route decodes and returns.

    Only for the document: an application that serves requests mounts the route in its `HotPath`.
    """

    async def operation(data: object, idempotency_key: IdempotencyKey = None) -> None:
        raise AssertionError("this operation is described, not called")

    async def hinted_operation(data: object, hint: str | None = None, idempotency_key: IdempotencyKey = None) -> None:
        raise AssertionError("this operation is described, not called")

    if route.hint is not None:
        hinted_operation.__annotations__["hint"] = route.hint
    documented = operation if route.hint is None else hinted_operation
    documented.__annotations__ |= {
        "data": _generic(JSONBody)[route.body],
        "return": _generic(Response)[route.answers],
    }
    register = post(
        route.path,
        operation_id=route.operation_id,
        summary=route.summary,
        status_code=route.status,
        tags=[route.tag],
    )
    return register(documented)


def _generic(form: Any) -> Any:
    """Return a generic type for a parameter that is known only at run time."""
    return form
