"""The OpenAPI document of a hot route describes the types that it decodes and returns."""

from typing import Any

from litestar import Litestar
from litestar.openapi.config import OpenAPIConfig
from msgspec import Struct

from admitone.kit.http.described import described
from admitone.kit.http.hot_path import HotRoute, RawRequest, RawResponse


class Order(Struct):
    seats: list[str]


class Held(Struct):
    booking_id: str


async def answer(_request: RawRequest, order: Order) -> RawResponse:
    return RawResponse(201, ",".join(order.seats).encode(), {})


async def recall(_request: RawRequest) -> RawResponse | None:
    return None


ROUTE = HotRoute("/orders", "order", "Order seats", "Booking", 201, Order, Held, answer, recall)


def test_an_operation_describes_its_body_its_answer_and_its_key() -> None:
    app = Litestar([described(ROUTE)], openapi_config=OpenAPIConfig(title="Test", version="1"))
    document: dict[str, Any] = app.openapi_schema.to_schema()
    operation = document["paths"]["/orders"]["post"]

    assert (operation["operationId"], operation["tags"]) == ("order", ["Booking"])
    assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/Order")
    assert operation["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/Held")
    assert [parameter["name"] for parameter in operation["parameters"]] == ["Idempotency-Key"]


async def test_the_handler_decodes_the_documented_type() -> None:
    found = await ROUTE.handler()(RawRequest("/orders", {}, b'{"seats": ["A1", "A2"]}'))

    assert found.body == b"A1,A2"
