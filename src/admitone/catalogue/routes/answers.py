"""Headers that say how old an answer may get, and answers that need no body."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter

from admitone.catalogue.schemas.public import Problem

AnyRequest = Request[Any, Any, Any]
View = TypeVar("View", bound=msgspec.Struct)

# An edge goes on showing what it has while the catalogue cannot answer.
BRIEFLY = "public, max-age=1, stale-while-revalidate=5, stale-if-error=600"
A_MINUTE = "public, max-age=60, stale-while-revalidate=600, stale-if-error=600"
FOR_EVER = "public, max-age=31536000, immutable"

PageNumber = Annotated[int, QueryParameter(ge=0, le=100_000, description="Counts from 0.")]
PageSize = Annotated[int, QueryParameter(ge=1, le=100)]
Words = Annotated[str, QueryParameter(max_length=200, description="Words of the name, in any order.")]
IfMatch = Annotated[
    str | None, HeaderParameter(name="If-Match", max_length=200, description="The `ETag` that you read.")
]


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Declare the problem documents that a route may answer with."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=HTTPStatus(status).phrase,
            media_type="application/problem+json",
            generate_examples=False,
        )
        for status in statuses
    }


def versioned(view: View, revision: int, *, location: str | None = None) -> Response[View]:
    """Return a body that `If-Match` guards; with a `location`, as something that was created just now."""
    headers = {"ETag": f'"{revision}"', "Cache-Control": "no-store"}
    if location is None:
        return Response(view, headers=headers)
    return Response(view, status_code=HTTPStatus.CREATED, headers={**headers, "Location": location})


def shared_answer(request: AnyRequest, body: dict[str, Any], cache_control: str) -> Response[Any]:
    """Return JSON that everybody gets alike, with an ETag of its content; 304 where the asker has it."""
    encoded = msgspec.json.encode(body)
    etag = f'"{hashlib.blake2b(encoded, digest_size=12).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": cache_control}
    if is_known(request, etag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=headers, media_type="application/json")
    return Response(encoded, headers=headers, media_type="application/json")


def is_known(request: AnyRequest, *etags: str) -> bool:
    """Whether `If-None-Match` names one of the ETags (weakly: a proxy that compresses weakens them)."""
    header = request.headers.get("if-none-match")
    if header is None:
        return False
    given = {part.strip().removeprefix("W/") for part in header.split(",")}
    return "*" in given or not given.isdisjoint(etags)
