"""Every refusal is a problem document, from a role or from the gateway."""

import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer
from tests.problems import problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")

JSON = {"Accept": "application/json"}


@pytest.mark.parametrize(
    "path",
    [
        "/booking/bkg_unknown/more",
        "/events/evt_unknown/nothing",
        "/events/details/evt_unknown",
        "/organizer/nothing",
        "/performers/prf_unknown",
        "/seat-maps/map_unknown",
        "/tickets/tkt_unknown/nothing",
        "/venues/ven_unknown",
        "/check-in/nothing",
        "/schema/nothing",
    ],
)
async def test_an_unknown_path_is_not_found(ada: Buyer, path: str) -> None:
    answer = await ada.http.get(path, headers=JSON)

    assert answer.status_code in (401, 404)
    assert problem_of(answer)["code"] not in ("", None)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/events/search"),
        ("DELETE", "/events/details/evt_1"),
        ("PUT", "/booking/confirm"),
        ("POST", "/seat-maps/map_1"),
        ("PATCH", "/check-in/scans"),
        ("DELETE", "/healthz"),
        ("POST", "/events/evt_1/live"),
    ],
)
async def test_another_method_is_not_allowed(ada: Buyer, method: str, path: str) -> None:
    answer = await ada.http.request(method, path, headers=JSON)

    assert refusal(answer) == (405, "method-not-allowed")
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/booking/checkout", 10_000_000),
        ("/booking/release", 10_000_000),
        ("/check-in/scans", 10_000_000),
        ("/organizer/events", 10_000_000),
        ("/organizer/venues", 40_000_000),
    ],
)
async def test_a_body_that_is_too_large_is_refused(organizer: Organizer, path: str, size: int) -> None:
    answer = await organizer.http.post(path, content=b'{"name": "' + b"x" * size + b'"}')

    assert refusal(answer) == (413, "body-too-large")


async def test_a_person_gets_a_page(ada: Buyer) -> None:
    answer = await ada.http.get("/no/such/page", headers={"Accept": "text/html"})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<h1" in answer.text


async def test_every_request_has_an_id(ada: Buyer) -> None:
    given = await ada.http.get("/events/details/evt_1", headers={"X-Request-Id": "order-4711"})
    made = await ada.http.get("/events/details/evt_1")

    assert given.headers["X-Request-Id"] == "order-4711"
    assert len(made.headers["X-Request-Id"]) >= 16
