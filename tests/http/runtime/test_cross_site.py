"""A page of another site cannot make its visitors change anything here."""

import json
from typing import Any

import httpx
import pytest

from admitone.testing.buyer import Buyer
from admitone.testing.organizer import Organizer, Show
from tests.http.runtime.contract import REPORTS, WEBHOOK, read_operations
from tests.problems import problem_of, refusal

pytestmark = pytest.mark.xdist_group("stack")

ELSEWHERE: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": ""},
]


@pytest.fixture
async def show(organizer: Organizer) -> Show:
    return await organizer.show(standing=50)


def a_wish(show: Show) -> dict[str, Any]:
    floor = [{"section_id": show.floor, "quantity": 1}]
    return {"event_id": show.id, "buyer": {"email": "eve@example.org", "name": "Eve"}, "general_admission": floor}


async def post_form(http: httpx.AsyncClient, show: Show, **headers: str) -> httpx.Response:
    fields = {f"area-{show.floor}": "1"}
    return await http.post(f"/e/{show.id}/hold", data=fields, headers=headers)


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_another_site_cannot_hold_seats(ada: Buyer, show: Show, headers: dict[str, str]) -> None:
    for method_headers in ({}, {"Idempotency-Key": "from-elsewhere"}):
        answer = await ada.http.post("/booking/checkout", json=a_wish(show), headers=headers | method_headers)
        assert refusal(answer) == (403, "cross-site-request")
    page = await post_form(ada.http, show, Accept="text/html", **headers)

    assert (page.status_code, page.headers["Content-Type"]) == (403, "text/html; charset=utf-8")


async def test_another_site_cannot_call_any_operation(ada: Buyer, organizer: Organizer) -> None:
    unsafe = [
        operation
        for operation in await read_operations(ada.http)
        if operation.method != "GET" and operation.path != WEBHOOK
    ]
    codes = {
        (operation.method, operation.path): problem_of(
            await organizer.http.request(operation.method, operation.path, headers=ELSEWHERE[0])
        )
        for operation in unsafe
    }

    assert len(unsafe) > 40
    assert {at for at, problem in codes.items() if problem["code"] != "cross-site-request"} == set()


async def test_own_pages_and_programs_hold_seats(ada: Buyer, show: Show) -> None:
    here = ada.http.base_url
    allowed = [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": str(here).rstrip("/")},
        {"Sec-Fetch-Site": "none"},
        {"Origin": f"http://{here.netloc.decode()}"},
        # A proxy in front of the gateway terminates TLS and passes the buyer's Host on.
        {"Origin": "https://tickets.example", "Host": "tickets.example"},
        {"Origin": "https://tickets.example", "Host": "tickets.example:443"},
        # Or it sends a Host of its own: then the public address counts.
        {"Origin": str(here).rstrip("/"), "Host": "gateway.internal"},
    ]
    answers = [await ada.http.post("/booking/checkout", json=a_wish(show), headers=headers) for headers in allowed]
    page = await post_form(ada.http, show, **allowed[1])

    assert [answer.status_code for answer in answers] == [201] * len(allowed)
    assert page.status_code == 303


async def test_a_webhook_may_come_from_anywhere(ada: Buyer) -> None:
    answer = await ada.http.post(WEBHOOK, content=b"{}", headers={"Content-Type": "text/plain", **ELSEWHERE[0]})

    assert problem_of(answer)["code"] not in ("cross-site-request", "unsupported-media-type")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_json_is_sent_as_json(ada: Buyer, show: Show, media_type: str) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await ada.http.post("/booking/checkout", content=json.dumps(a_wish(show)), headers=headers)

    assert refusal(answer) == (415, "unsupported-media-type")


async def test_every_operation_with_a_body_accepts_only_its_media_type(ada: Buyer, organizer: Organizer) -> None:
    takes = [
        operation
        for operation in await read_operations(ada.http)
        if (operation.takes_body or operation.path == "/organizer/imports") and operation.path not in REPORTS
    ]
    codes = {
        (take.method, take.path): problem_of(
            await organizer.http.request(take.method, take.path, content=b"{}", headers={"Content-Type": "text/plain"})
        )["code"]
        for take in takes
    }

    assert len(takes) > 25
    assert {at: code for at, code in codes.items() if code != "unsupported-media-type"} == {}


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8", "application/x+json"])
async def test_other_json_media_types_are_accepted(ada: Buyer, show: Show, media_type: str) -> None:
    body = json.dumps(a_wish(show))
    answer = await ada.http.post("/booking/checkout", content=body, headers={"Content-Type": media_type})

    assert answer.status_code == 201, answer.text
