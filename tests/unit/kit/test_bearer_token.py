"""The bearer token of a request: the one reader of `Authorization`."""

from typing import Any

import pytest
from litestar import Request

from admitone.kit.http.access import BEARER_CHARACTERS_MAX, bearer_token


def request_with(header: str | None) -> Request[Any, Any, Any]:
    headers = [] if header is None else [(b"authorization", header.encode("latin-1"))]
    scope: Any = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": b""}
    return Request(scope)


@pytest.mark.parametrize("header", ["Bearer abc", "bearer  abc ", " BEARER abc"])
def test_a_token_is_read_from_the_header(header: str) -> None:
    assert bearer_token(request_with(header)) == "abc"


@pytest.mark.parametrize(
    "header", [None, "", "abc", "Basic abc", "Bearer", "Bearer ", f"Bearer {'x' * (BEARER_CHARACTERS_MAX + 1)}"]
)
def test_any_other_header_has_no_token(header: str | None) -> None:
    assert bearer_token(request_with(header)) is None
