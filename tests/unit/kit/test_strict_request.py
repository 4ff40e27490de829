"""The framework's lenient reading reaches no route."""

from typing import Annotated, Any

import pytest
from litestar import Litestar, get, post
from litestar.params import FromQuery, JSONBody, QueryParameter
from litestar.testing import TestClient
from msgspec import Meta, Struct

from admitone.kit.http.problem import EXCEPTION_HANDLERS
from admitone.kit.http.strict_request import StrictRequest, refuse_loose_values
from admitone.kit.text import NAME


class Place(Struct, forbid_unknown_fields=True):
    number: int = 1
    is_free: bool = True


class Order(Struct, forbid_unknown_fields=True):
    amount: int
    name: Annotated[str, Meta(max_length=5, extra={"rule": NAME})] = "Ada"
    places: Annotated[list[Place], Meta(max_length=2)] = []


@post("/orders")
async def create_order(data: JSONBody[Order]) -> Order:
    return data


@post("/maybe")
async def create_nothing(data: JSONBody[Order | None] = None) -> dict[str, bool]:
    return {"given": data is not None}


@get("/orders")
async def read_orders(
    count: Annotated[int, QueryParameter(name="size", ge=1, le=10)] = 5,
    page: FromQuery[int | None] = None,
    still: FromQuery[bool] = False,
) -> dict[str, Any]:
    return {"count": count, "page": page, "still": still}


@pytest.fixture
def client() -> TestClient[Litestar]:
    app = Litestar(
        [create_order, create_nothing, read_orders],
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=StrictRequest,
        before_request=refuse_loose_values,
        openapi_config=None,
    )
    return TestClient(app)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"amount": "25.00"}, "/amount"),
        ({"amount": 5, "places": [{"number": "4.0"}]}, "/places/0/number"),
        ({"amount": 5, "places": [{}, {"is_free": "false"}]}, "/places/1/is_free"),
        ({"amount": 5, "places": [{"seat": 1}]}, "/places/0/seat"),
        ({"amount": 5, "names": []}, "/names"),
    ],
)
def test_a_body_is_read_strictly(client: TestClient[Litestar], body: dict[str, Any], pointer: str) -> None:
    answer = client.post("/orders", json=body)

    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]


def test_null_of_an_optional_member_is_absent_and_texts_are_cleaned(client: TestClient[Litestar]) -> None:
    answer = client.post("/orders", json={"amount": 5, "name": " E\u0301va\n", "places": None})

    assert answer.json() == {"amount": 5, "name": "\u00c9va", "places": []}


def test_a_body_may_be_absent_where_it_is_optional(client: TestClient[Litestar]) -> None:
    assert client.post("/maybe").json() == {"given": False}
    assert client.post("/maybe", json=None).json() == {"given": False}
    assert client.post("/maybe", json={"amount": 1}).json() == {"given": True}
    assert client.post("/orders").json()["errors"] == [{"pointer": "", "detail": "A JSON body is required."}]


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b'{"amount": 1} x'])
def test_what_is_not_json_is_malformed(client: TestClient[Litestar], body: bytes) -> None:
    answer = client.post("/orders", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-body")


@pytest.mark.parametrize("number", ["5.0", "1e1", "+5", " 5 ", "05", "٥", "5_0", ""])
def test_a_number_of_the_query_has_plain_digits(client: TestClient[Litestar], number: str) -> None:
    for name in ("size", "page"):
        answer = client.get("/orders", params={name: number})

        assert (answer.status_code, answer.json().get("parameter")) == (400, name)


def test_a_number_out_of_range_is_named_as_callers_know_it(client: TestClient[Litestar]) -> None:
    assert client.get("/orders", params={"size": "11"}).json()["parameter"] == "size"


def test_plain_numbers_are_read(client: TestClient[Litestar]) -> None:
    assert client.get("/orders?size=10&page=0").json() == {"count": 10, "page": 0, "still": False}


def test_a_boolean_of_the_query_is_true_or_false(client: TestClient[Litestar]) -> None:
    answers = [client.get(f"/orders?still={text}") for text in ("true", "false", "1", "yes", "True", "")]

    assert [answer.status_code for answer in answers] == [200, 200, 400, 400, 400, 400]
    assert [answer.json()["still"] for answer in answers[:2]] == [True, False]
    assert {answer.json()["parameter"] for answer in answers[2:]} == {"still"}
