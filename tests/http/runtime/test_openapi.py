"""The document at `/schema/openapi.json` is complete and correct."""

from typing import Any

import pytest

from admitone.testing.buyer import Buyer

pytestmark = pytest.mark.xdist_group("stack")

CONTRACT = {
    ("get", "/events/search"),
    ("get", "/events/suggest"),
    ("get", "/events/details/{event_id}"),
    ("get", "/seat-maps/{seat_map_id}"),
    ("get", "/events/{event_id}/seats"),
    ("get", "/events/{event_id}/live"),
    ("get", "/performers"),
    ("get", "/performers/{performer_id}"),
    ("get", "/venues"),
    ("get", "/venues/{venue_id}"),
    ("post", "/booking/checkout"),
    ("post", "/booking/confirm"),
    ("post", "/booking/release"),
    ("get", "/booking/{booking_id}"),
    *(
        (method, f"/organizer/{things}{rest}")
        for things, thing in (
            ("venues", "venue"),
            ("performers", "performer"),
            ("seat-maps", "seat_map"),
            ("events", "event"),
            ("price-levels", "price_level"),
        )
        for method, rest in (
            ("get", ""),
            ("post", ""),
            *((method, f"/{{{thing}_id}}") for method in ("get", "put", "patch", "delete")),
        )
    ),
    ("post", "/organizer/events/{event_id}/publication"),
    ("delete", "/organizer/events/{event_id}/publication"),
    ("post", "/organizer/events/{event_id}/pause"),
    ("delete", "/organizer/events/{event_id}/pause"),
    ("post", "/organizer/events/{event_id}/cancellation"),
    ("post", "/organizer/events/{event_id}/postponement"),
    ("post", "/organizer/events/{event_id}/refunds"),
    ("post", "/organizer/imports"),
    ("get", "/tickets/{ticket_id}/barcode"),
    ("post", "/tickets/{ticket_id}/transfer"),
    ("post", "/check-in/scans"),
    ("get", "/check-in/manifest"),
    ("get", "/healthz"),
    ("get", "/readyz"),
}


@pytest.fixture
async def document(ada: Buyer) -> dict[str, Any]:
    answer = await ada.http.get("/schema/openapi.json")
    assert answer.headers["Content-Type"] == "application/json"
    return dict(answer.json())


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    methods = ("get", "post", "put", "patch", "delete")
    return {
        (method, path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in methods
    }


async def test_the_document_has_the_whole_contract(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert CONTRACT - operations(document).keys() == set()


async def test_every_operation_has_a_name_and_a_description(document: dict[str, Any]) -> None:
    described = operations(document)
    names = [operation["operationId"] for operation in described.values()]

    assert len(set(names)) == len(names)
    assert all(operation["summary"] and operation["tags"] for operation in described.values())


async def test_the_gateway_answers_every_operation_of_the_document(ada: Buyer, document: dict[str, Any]) -> None:
    """No operation is routed to a role that does not have it."""
    for method, path in operations(document):
        if path.endswith("/live"):
            continue
        answer = await ada.http.request(method.upper(), path.replace("{", "").replace("}", ""))

        assert answer.status_code not in (405, 500, 502, 503), f"{method} {path}: {answer.text[:300]}"
        if answer.status_code == 404:
            assert answer.json()["code"] != "not-found", f"{method} {path} is unknown to its role"


async def test_the_document_describes_its_security(document: dict[str, Any]) -> None:
    unsecured = [
        f"{method} {path}"
        for (method, path), operation in operations(document).items()
        if path.startswith("/organizer/") and not operation.get("security")
    ]

    assert unsecured == []
    named = {
        name for operation in operations(document).values() for way in operation.get("security", []) for name in way
    }
    assert named <= document["components"]["securitySchemes"].keys()


async def test_a_page_shows_the_document(ada: Buyer) -> None:
    answer = await ada.http.get("/schema")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/schema", "text/html; charset=utf-8"),
        ("/schema/reference.js", "text/javascript; charset=utf-8"),
        ("/schema/reference.css", "text/css; charset=utf-8"),
    ],
)
async def test_a_content_type_has_one_charset(ada: Buyer, path: str, expected: str) -> None:
    assert (await ada.http.get(path)).headers["content-type"] == expected
