"""Conditional requests and caching (RFC 9110, RFC 9111): ETags, `If-Match`, `If-None-Match`, `Cache-Control`."""

import hashlib
import re
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter

from admitone.kit.revisions import Revisions

View = TypeVar("View", bound=msgspec.Struct)

NO_STORE = {"Cache-Control": "no-store"}

IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", max_length=4_096)]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=200, description="The `ETag` of the version that you read.")
]

Expected = NamedDependency[Revisions | None]
"""The revisions that `If-Match` names; None if a change may replace any."""

# A proxy that compresses makes ETags weak. They are compared weakly, in `If-Match` too: our tags name revisions.
_ETAG = re.compile(r'(?:W/)?("[^"]*")')
_REVISION = re.compile(r'"([1-9][0-9]{0,17})"')


def read_if_match(if_match: IfMatch = None) -> Revisions | None:
    """Return the revisions that the header names. Foreign tags name no revision."""
    if if_match is None or if_match.strip() == "*":
        return None
    numbers = (_REVISION.fullmatch(tag) for tag in _ETAG.findall(if_match))
    return frozenset(int(number[1]) for number in numbers if number is not None)


EXPECTED = {"expected": Provide(read_if_match, sync_to_thread=False)}
"""The dependency of handlers that take `expected: Expected`."""


def etag_of(version: str | int) -> str:
    """Return the strong ETag of a version."""
    return f'"{version}"'


def is_current(if_none_match: str | None, *etags: str) -> bool:
    """Return whether the client's copy is current: `If-None-Match` names one of the ETags, or `*`."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or not set(_ETAG.findall(if_none_match)).isdisjoint(etags)


def versioned(view: View, revision: int, *, location: str | None = None) -> Response[View]:
    """Return a body whose later change `If-Match` guards; with a `location`, 201."""
    headers = {"ETag": etag_of(revision), **NO_STORE}
    if location is None:
        return Response(view, headers=headers)
    return Response(view, status_code=HTTPStatus.CREATED, headers={**headers, "Location": location})


def shared_answer(body: dict[str, Any], if_none_match: str | None, cache_control: str) -> Response[Any]:
    """Return JSON that is the same for every client, with an ETag of its content; 304 for a current copy."""
    encoded = msgspec.json.encode(body)
    etag = etag_of(hashlib.blake2b(encoded, digest_size=12).hexdigest())
    headers = {"ETag": etag, "Cache-Control": cache_control}
    if is_current(if_none_match, etag):
        return not_modified(headers)
    return Response(encoded, headers=headers, media_type="application/json")


def not_modified(headers: dict[str, str]) -> Response[Any]:
    """Return 304 with the headers that the full answer would have."""
    return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers, media_type="application/json")
