"""Refuse undeclared requests before their body is read: a body that is too large or of another media type, or an
unknown query parameter. One mechanism, derived from each handler; `opt` states the exceptions.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from litestar.handlers import HTTPRouteHandler

from admitone.kit.http.cross_site import SAFE_METHODS
from admitone.kit.http.strict_request import AnyRequest, refuse_loose_values
from admitone.kit.refusal import BodyTooLarge, InvalidParameter, Kind, Refusal

MEDIA_TYPES = "media_types"
"""`opt`: the media types that a handler takes instead of JSON; empty: any."""
READS_QUERY = "reads_query"
"""`opt`: the names that the handler reads itself and that may repeat; True: it has its own rules for unknown ones."""

JSON = "application/json"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
NAME_CHARACTERS_SHOWN = 100


class UnsupportedMediaType(Refusal):
    code = "unsupported-media-type"
    kind = Kind.UNSUPPORTED

    def __init__(self, media_types: tuple[str, ...]) -> None:
        super().__init__(f"Send the body with this Content-Type: {' or '.join(media_types)}.")


async def check_declared(request: AnyRequest) -> None:
    """The application's `before_request`. Raises `BodyTooLarge`, `UnsupportedMediaType`, `InvalidParameter`."""
    handler = request.route_handler
    headers = dict(request.scope["headers"])
    if request.method not in SAFE_METHODS:
        check_size(headers, handler.resolve_request_max_body_size())
        check_media_type(headers, handler.opt.get(MEDIA_TYPES, (JSON,)))
    if request.scope["query_string"] and handler.opt.get(READS_QUERY) is not True:
        _check_query(request, handler)
    refuse_loose_values(request)


def check_size(headers: Mapping[bytes, bytes], bytes_max: int | None) -> None:
    """Raise `BodyTooLarge` for the announced length; a body without one is counted while it arrives."""
    length = headers.get(b"content-length", b"0")
    if bytes_max is not None and length.isdigit() and int(length) > bytes_max:
        raise BodyTooLarge(f"A body has at most {bytes_max} bytes here.")


def check_media_type(headers: Mapping[bytes, bytes], media_types: tuple[str, ...]) -> None:
    """Raise `UnsupportedMediaType`; without a body any type will do. JSON includes `application/…+json`."""
    has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
    if not has_body or not media_types:
        return
    given = headers.get(b"content-type", b"").partition(b";")[0].strip().lower().decode("latin-1")
    if given in media_types or (JSON in media_types and given.startswith("application/") and given.endswith("+json")):
        return
    raise UnsupportedMediaType(media_types)


def _check_query(request: AnyRequest, handler: HTTPRouteHandler) -> None:
    declared, repeatable = _query_of(request, handler)
    for name, values in request.query_params.dict().items():
        if name not in declared:
            raise _unknown(name)
        if len(values) > 1 and name not in repeatable:
            raise InvalidParameter(name, "It is given more than once.")


def refuse_parameters(query_string: bytes) -> None:
    """Raise `InvalidParameter` for the first parameter, of a route that has none."""
    for name, _ in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        raise _unknown(name)


def _unknown(name: str) -> InvalidParameter:
    return InvalidParameter(name[:NAME_CHARACTERS_SHOWN], "There is no such parameter here.")


def _query_of(request: AnyRequest, handler: HTTPRouteHandler) -> tuple[frozenset[str], frozenset[str]]:
    """Return (declared names, those that may repeat). Computed once per handler, then stored with it."""
    known: Any = handler.opt.get(_KNOWN)
    if known is None:
        model = handler.create_kwargs_model(dict.fromkeys(request.path_params))  # type: ignore[arg-type] # names only
        declared = frozenset(parameter.field_alias for parameter in model.expected_query_params)
        read = frozenset[str](handler.opt.get(READS_QUERY, ()))
        known = handler.opt[_KNOWN] = (declared | read, read | frozenset(model.sequence_query_parameter_names))
    names: tuple[frozenset[str], frozenset[str]] = known
    return names


_KNOWN = "declared_query"
