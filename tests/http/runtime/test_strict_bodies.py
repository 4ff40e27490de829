"""Every body of the contract is parsed strictly: every member of every operation, as the document lists them."""

from collections.abc import Iterator
from copy import copy
from typing import Any, NamedTuple

import pytest

from admitone.testing.organizer import Organizer
from tests.http.runtime.contract import REPORTS
from tests.http.runtime.test_openapi import operations
from tests.problems import problem_of

pytestmark = pytest.mark.xdist_group("stack")

Path = tuple[str | int, ...]

WRONG: dict[str, list[Any]] = {
    "integer": ["5", "25.00", 5.5, True],
    "number": ["5", True],
    "boolean": ["false", 0],
    "date-time": [1780000000, "1780000000"],
    "object": [{"no_such_member": 1}],
}
"""The wrong values sent for each type. An object gets an unknown member."""
OF_OTHERS = {"plan", "credential"}
"""Objects of pretix and of browsers may have members that are not used."""


class Place(NamedTuple):
    """The place of a value of a type in a body; 0 is the first item of a list."""

    path: Path
    type: str


def places(document: dict[str, Any], schema: dict[str, Any], path: Path = ()) -> Iterator[Place]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from places(document, document["components"]["schemas"][name], path)
        return
    for option in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from places(document, option, path)
    kinds = schema.get("type", ())
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind == "object":
            if OF_OTHERS.isdisjoint(path) and not schema.get("additionalProperties"):  # a map has members of any name
                yield Place(path, "object")
            for name, member in schema.get("properties", {}).items():
                yield from places(document, member, (*path, name))
        elif kind == "array":
            yield from places(document, schema["items"], (*path, 0))
        elif kind == "string" and schema.get("format") == "date-time":
            yield Place(path, "date-time")
        elif kind in ("integer", "number", "boolean"):
            yield Place(path, kind)


def put(body: Any, path: Path, value: Any) -> bool:
    """Set the value there, unless another value is in the way."""
    for step, following in zip(path, (*path[1:], None), strict=True):
        if isinstance(step, int):
            if following is None and not body:
                body.append(value)
                return True
            if not body:
                body.append([] if isinstance(following, int) else {})
            if following is None:
                return False
            body = body[0]
            continue
        if following is None:
            if isinstance(value, dict) and isinstance(body.get(step), dict):
                body[step].update(value)
                return True
            return body.setdefault(step, value) is value
        body = body.setdefault(step, [] if isinstance(following, int) else {})
        if not isinstance(body, list if isinstance(following, int) else dict):
            return False
    return False


def bodies(wrong: list[tuple[Path, Any]]) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Yield a minimal set of bodies that contain all values, each with the pointers that the refusal must name."""
    while wrong:
        body: dict[str, Any] = {}
        named: set[str] = set()
        left: list[tuple[Path, Any]] = []
        for path, value in wrong:
            if not path:
                body.update(value)
            elif not put(body, path, value):
                left.append((path, value))
                continue
            pointer = "".join(f"/{step}" for step in path)
            named.add(f"{pointer}/{next(iter(value))}" if isinstance(value, dict) else pointer)
        yield body, named
        assert len(left) < len(wrong), left
        wrong = left


@pytest.mark.parametrize("kind", WRONG)
async def test_every_member_of_every_body_is_parsed_strictly(organizer: Organizer, kind: str) -> None:
    document = (await organizer.http.get("/schema/openapi.json")).json()
    checked = 0
    for (method, path), operation in operations(document).items():
        if path in REPORTS:
            continue
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        # The number of a seat may be a text as well.
        texts = set(text_places(document, schema)) if kind in ("integer", "number") else set()
        found = [place for place in dict.fromkeys(places(document, schema)) if place.path not in texts]
        for value in WRONG[kind]:
            wrong = [(place.path, copy(value)) for place in found if place.type == kind]
            for body, named in bodies(wrong):
                answer = await organizer.http.request(method.upper(), path.replace("{", "").replace("}", ""), json=body)

                problem = problem_of(answer)
                assert problem["code"] == "invalid-body", f"{method} {path}: {problem}"
                assert named <= {fault["pointer"] for fault in problem["errors"]}, f"{method} {path}: {body}"
                checked += len(named)
    assert checked > 10


async def test_no_message_shows_a_pattern(organizer: Organizer) -> None:
    document = (await organizer.http.get("/schema/openapi.json")).json()
    for (method, path), operation in operations(document).items():
        if path in REPORTS:
            continue
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        texts = [text_place for text_place in text_places(document, content["schema"]) if text_place]
        for body, _ in bodies([(place, "\x00 \n\x00") for place in texts]):
            answer = await organizer.http.request(method.upper(), path.replace("{", "").replace("}", ""), json=body)

            for fault in problem_of(answer).get("errors", []):
                assert not set("^$\\") & set(fault["detail"]), f"{method} {path}: {fault}"


def text_places(document: dict[str, Any], schema: dict[str, Any], path: Path = ()) -> Iterator[Path]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        yield from text_places(document, document["components"]["schemas"][name], path)
    for option in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        yield from text_places(document, option, path)
    if schema.get("type") == "string":
        yield path
    elif schema.get("type") == "array":
        yield from text_places(document, schema["items"], (*path, 0))
    for name, member in schema.get("properties", {}).items():
        yield from text_places(document, member, (*path, name))


@pytest.mark.parametrize("size", ["5.0", "1e1", "+5", "%205", "05", "5%20", "٥", "0x5", "5_0", ""])
async def test_every_number_of_a_query_is_parsed_strictly(organizer: Organizer, size: str) -> None:
    document = (await organizer.http.get("/schema/openapi.json")).json()
    checked = 0
    for (method, path), operation in operations(document).items():
        names = [
            parameter["name"]
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "query" and parameter["schema"].get("type") == "integer"
        ]
        for name in names:
            address = f"{path.replace('{', '').replace('}', '')}?{name}={size}"
            answer = await organizer.http.request(method.upper(), address)

            problem = problem_of(answer)
            assert (problem["code"], problem["parameter"]) == ("invalid-parameter", name), f"{address}: {problem}"
            checked += 1
    assert checked > 5
