"""Strict requests: without this, the framework accepts `"25"` for 25 in bodies and parameters."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from litestar import Request
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg

from admitone.kit.faults import decode_body
from admitone.kit.http.body_limits import BUYER_BYTES_MAX
from admitone.kit.off_loop import off_loop
from admitone.kit.refusal import InvalidParameter

ON_LOOP_BYTES_MAX = BUYER_BYTES_MAX
AnyRequest = Request[Any, Any, Any]
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")


class StrictRequest(AnyRequest):
    """Decodes the body by `kit.faults` as the type that the route declares; a large one in a thread."""

    async def json(self) -> Any:
        """Return the body as the route's type. Raises `MalformedBody`, `InvalidBody`, `Busy`."""
        declared = self.route_handler.parsed_data_field
        if declared is None:
            return await super().json()
        body = await self.body()
        if len(body) <= ON_LOOP_BYTES_MAX:
            return decode_body(body, declared.annotation)
        return await off_loop(decode_body, body, declared.annotation)


def refuse_loose_values(request: AnyRequest) -> None:
    """Raise `InvalidParameter` for a number of the query that is not plain digits (`5.0`, `1e3`, `007`), and for a
    boolean that is not `true` or `false`.

    Path parameters are ids, and need no such check.
    """
    for name, is_sound, detail in _checks_of(request.route_handler):
        if not all(is_sound(text) for text in request.query_params.getall(name, [])):
            raise InvalidParameter(name, detail)


@cache
def _checks_of(handler: BaseRouteHandler) -> tuple[tuple[str, Callable[[str], object], str], ...]:
    """Return (name, check, words of a refusal) for each number and boolean of the route's query."""
    checks: list[tuple[str, Callable[[str], object], str]] = []
    for field in handler.parsed_fn_signature.parameters.values():
        if field.has_inner_subclass_of(bool) or field.is_subclass_of(bool):
            checks.append((parameter_name(handler, field.name), ("true", "false").__contains__, "Write true or false."))
        elif field.has_inner_subclass_of(int) or field.is_subclass_of(int):
            words = "Write a whole number in plain digits."
            checks.append((parameter_name(handler, field.name), _WHOLE.fullmatch, words))
    return tuple(checks)


def parameter_name(handler: BaseRouteHandler, argument: str) -> str:
    """Return the name by which callers know an argument of the route's function."""
    field = handler.parsed_fn_signature.parameters.get(argument)
    described = field.kwarg_definition if field is not None else None
    return (described.name if isinstance(described, ParameterKwarg) else None) or argument
