"""Problem documents (RFC 9457) as the OpenAPI document describes them."""

from http import HTTPStatus

from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from admitone.kit.http.problem import PROBLEM_TYPE


class Problem(Struct, kw_only=True):
    """RFC 9457. `code` is stable; the members beside these depend on it."""

    type: str
    title: str
    status: int
    code: str
    detail: str


def refusals(*statuses: int) -> dict[int, ResponseSpec]:
    """Declare the problem documents that a route may answer with."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            description=HTTPStatus(status).phrase,
            media_type=PROBLEM_TYPE,
            generate_examples=False,
        )
        for status in statuses
    }
