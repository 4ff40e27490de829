"""The real nginx with our configuration, in front of upstreams that echo the requests they receive."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.nginx import listen_on
from admitone.embedded.startup_error import StartupError
from tests.gateway_process import SSE_PAUSE_SECONDS, Echo, Gateway, run_gateway, serve_echoes

CHECKOUTS_MAX = 4
# Vary `Retry-After`: clients rejected in the same second must not retry in the same second.
RETRY_AFTER = {"1", "2", "3"}


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    with run_gateway(checkouts_max=CHECKOUTS_MAX) as running:
        yield running


@pytest.fixture
def echoes() -> dict[str, Echo]:
    return {role: Echo(role) for role in HTTP_ROLES}


@pytest_asyncio.fixture
async def client(gateway: Gateway, echoes: dict[str, Echo]) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway, with an `Echo` behind every role."""
    async with serve_echoes(gateway, echoes) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/events/search?q=a", "search"),
        ("/events/suggest?q=a", "search"),
        ("/events/details/evt_1", "catalogue"),
        ("/events/evt_1/seats", "booking"),
        ("/events/evt_1/queue", "booking"),
        ("/events/evt_1/queue/admission", "booking"),
        ("/seat-maps/map_1", "catalogue"),
        ("/performers", "catalogue"),
        ("/venues/ven_1", "catalogue"),
        ("/organizer/events/evt_1", "catalogue"),
        ("/organizer/events/evt_1/refunds", "booking"),
        ("/organizer/events/evt_1/transfers", "booking"),
        ("/organizer/events/evt_1/messages", "booking"),
        ("/schema/openapi.json", "catalogue"),
        ("/booking/bkg_1", "booking"),
        ("/payments/webhooks/stripe", "booking"),
        ("/mail/reports", "booking"),
        ("/organizer/mail-previews/reminder", "booking"),
        ("/organizer/mail-identity", "catalogue"),
        ("/organizer/payment-tests", "booking"),
        ("/mail/reports/messages", "booking"),
        ("/organizer/bookings/bkg_1/mails", "booking"),
        ("/tickets/tkt_1.pdf", "booking"),
        ("/check-in/manifest", "booking"),
        ("/", "pages"),
        ("/my", "pages"),
        ("/console", "console"),
        ("/console/welcome/x", "console"),
        ("/console/events", "console"),
        ("/my/bkg_1", "pages"),
        ("/transfer?c=code", "pages"),
        ("/e/evt_1", "pages"),
        ("/e/evt_1/queue", "booking"),
        ("/checkout/bkg_1", "pages"),
        ("/search?q=a", "pages"),
        ("/static/abc/app.js", "pages"),
        ("/posters/evt_1.svg", "pages"),
    ],
)
async def test_every_address_has_its_role(client: httpx.AsyncClient, path: str, role: str) -> None:
    assert (await client.get(path)).json()["role"] == role


@pytest.mark.parametrize(
    "path",
    [
        *("/checkout/bkg_1", "/checkout/bkg_1/release", "/checkout/bkg_1/again", "/e/evt_1/hold"),
        *("/my/bkg_1/transfer", "/my/bkg_1/transfer/trf_1/undo", "/transfer?c=code"),
    ],
)
async def test_forms_are_sent_to_the_booking_role(client: httpx.AsyncClient, path: str) -> None:
    sent, shown = await client.post(path), await client.get(path)

    assert (sent.json()["role"], shown.json()["role"]) == ("booking", "pages")


async def test_request_ids_are_passed_on_and_returned(client: httpx.AsyncClient) -> None:
    given = await client.get("/booking/x", headers={"X-Request-Id": "order-4711"})
    made = await client.get("/booking/x", headers={"X-Request-Id": "not sane; at all"})

    assert given.headers["X-Request-Id"] == given.json()["headers"]["x-request-id"] == "order-4711"
    assert made.headers["X-Request-Id"] == made.json()["headers"]["x-request-id"] != "not sane; at all"


async def test_a_client_cannot_choose_its_trace(client: httpx.AsyncClient) -> None:
    trace = "ab" * 16
    headers = {"traceparent": f"00-{trace}-{'cd' * 8}-01", "tracestate": "a=b", "X-Trace-Id": trace}

    for path in ("/booking/x", "/events/search?q=a"):
        seen = (await client.get(path, headers=headers)).json()["headers"]

        assert {"traceparent", "tracestate"} & seen.keys() == set()
        assert re.fullmatch("[0-9a-f]{32}", seen["x-trace-id"])
        assert seen["x-trace-id"] != trace


async def test_an_address_cannot_be_forged(client: httpx.AsyncClient) -> None:
    seen = (await client.get("/booking/x", headers={"X-Forwarded-For": "203.0.113.9"})).json()["headers"]

    assert seen["x-forwarded-for"] == "127.0.0.1"


async def test_public_answers_are_cached_as_long_as_their_origin_says(client: httpx.AsyncClient) -> None:
    path = "/events/search?q=cached&cc=public,max-age=30"

    counts = [(await client.get(path)).json()["count"] for _ in range(3)]

    assert len(set(counts)) == 1


async def test_a_cached_answer_is_revalidated_here(client: httpx.AsyncClient) -> None:
    path = "/events/details/evt_1?cc=public,max-age=30"
    etag = (await client.get(path)).headers["ETag"]

    assert (await client.get(path, headers={"If-None-Match": etag})).status_code == 304


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/events/details/evt_2?cc=public,max-age=30", {"Authorization": "Bearer ak_1"}),
        ("/events/details/evt_3?cc=public,max-age=30", {"Cookie": "a=b"}),
        ("/my/bkg_1?cc=public,max-age=30", {}),
        ("/my/bkg_1?cc=public,max-age=30", {"Cookie": "admitone-b-1=token"}),
        ("/checkout/bkg_1?t=secret&cc=public,max-age=30", {}),
        ("/events/details/evt_5?cc=public,max-age=30", {"Cookie": "admitone-b-1=token; a=b"}),
        ("/events/details/evt_6?cc=public,max-age=30", {"Cookie": "admitone-b-1=token; admitone-bb=b"}),
        ("/events/search?q=unsaid&cc=no-store", {}),
    ],
)
async def test_personal_answers_are_never_cached(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> None:
    counts = [(await client.get(path, headers=headers)).json()["count"] for _ in range(3)]

    assert len(set(counts)) == 3


@pytest.mark.parametrize(
    "cookies",
    [
        "admitone-client=c1.a.1.b",
        "admitone-b-01jd3x9k7q=token",
        "admitone-b-01jd3x9k7q=token; admitone-client=c1.a.1.b; admitone-b-01jd3x9k7r=token",
        "__Host-admitone-client=c1.a.1.b; __Host-admitone-b-01jd3x9k7q=token",
        "; ".join(f"__Host-admitone-b-01jd3x9k7qf0c8v5t2m4n6p8{number}=" + "x" * 47 for number in range(10, 40)),
    ],
)
async def test_our_cookies_do_not_keep_a_browser_from_the_cache(client: httpx.AsyncClient, cookies: str) -> None:
    path = f"/events/details/evt_4?characters={len(cookies)}&cc=public,max-age=30"

    answers = [await client.get(path, headers=headers) for headers in ({}, {"Cookie": cookies}, {"Cookie": cookies})]
    other = (await client.get(path, headers={"Cookie": f"{cookies}; a=b"})).json()["count"]

    counts = [answer.json()["count"] for answer in answers]
    assert len(set(counts)) == 1
    assert other not in counts


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/sitemaps/event-evt_1.xml"])
async def test_a_query_does_not_keep_robots_from_the_cache(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(f"{path}?cc=public,max-age=30")
    again = await client.get(f"{path}?t=1", headers={"Cookie": "session=1"})

    assert again.json() == first.json()
    assert again.headers["x-cache-status"] == "HIT"


async def test_seats_are_never_older_than_a_second(client: httpx.AsyncClient) -> None:
    path = "/events/evt_1/seats?cc=public,max-age=1"
    before = (await client.get(path)).json()["count"]

    await asyncio.sleep(0.6)

    assert (await client.get(path)).json()["count"] > before


async def test_text_is_compressed(client: httpx.AsyncClient) -> None:
    answer = await client.get("/events/details/evt_1", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"


async def test_organizers_keep_strong_etags(client: httpx.AsyncClient) -> None:
    answer = await client.get("/organizer/events/evt_1", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["ETag"].startswith('"')


async def test_live_streams_arrive_as_they_are_written(client: httpx.AsyncClient) -> None:
    loop = asyncio.get_running_loop()
    started_at = loop.time()

    async with client.stream("GET", "/events/evt_1/live") as stream:
        arrivals = [loop.time() - started_at async for line in stream.aiter_lines() if line.startswith("id:")]

    assert arrivals[0] < SSE_PAUSE_SECONDS
    assert arrivals[2] >= SSE_PAUSE_SECONDS * 2


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return dict(answer.json())


async def test_a_large_body_is_refused_where_it_is_not_expected(client: httpx.AsyncClient) -> None:
    body = b" " * 3_000_000

    refused = await client.post("/booking/checkout", content=body)
    taken = await client.post("/organizer/imports", content=body)

    assert (refused.status_code, problem_of(refused)["code"]) == (413, "body-too-large")
    assert taken.status_code == 200


async def test_large_headers_and_addresses_are_refused(client: httpx.AsyncClient) -> None:
    header = await client.get("/", headers={"X-Large": "x" * 9000})
    address = await client.get("/" + "x" * 9000)

    assert problem_of(header)["code"] == "headers-too-large"
    assert problem_of(address)["code"] == "uri-too-long"


async def test_missing_security_headers_are_added(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/e/evt_1")).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Server"] == "nginx"


async def test_a_role_that_is_down_is_answered_as_busy(gateway: Gateway) -> None:
    gateway.sockets["booking"].unlink(missing_ok=True)

    async with httpx.AsyncClient(base_url=gateway.address) as client:
        program = await client.post("/booking/checkout", json={})
        person = await client.get("/tickets/tkt_1", headers={"Accept": "text/html"})

    assert (program.status_code, problem_of(program)["code"]) == (503, "busy")
    assert program.headers["Retry-After"] in RETRY_AFTER
    assert person.headers["Content-Type"].startswith("text/html")


async def test_the_access_log_keeps_no_query(client: httpx.AsyncClient, gateway: Gateway) -> None:
    await client.get("/my/bkg_logged?t=very-secret")
    await client.get("/my/bkg_logged?c=very-secret", headers={"Cookie": "admitone-b-logged=very-secret"})
    await asyncio.sleep(1.5)  # nginx writes it once a second

    lines = [json.loads(line) for line in (gateway.folder / "access.log").read_text().splitlines()]

    assert any(line["path"] == "/my/bkg_logged" for line in lines)
    assert not any("very-secret" in json.dumps(line) for line in lines)


def test_a_busy_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(StartupError, match=f"Port {port} .* --port"):
            listen_on("127.0.0.1", port)


async def test_overload_is_rejected_before_checkout_and_payments_pass(
    client: httpx.AsyncClient, echoes: dict[str, Echo]
) -> None:
    booking = echoes["booking"]
    booking.doors.clear()
    inside = [asyncio.create_task(client.post("/booking/checkout", json={})) for _ in range(CHECKOUTS_MAX)]
    while booking.count < CHECKOUTS_MAX:
        await asyncio.sleep(0.01)

    rejected = await client.post("/booking/checkout", json={})
    paying = asyncio.create_task(client.post("/booking/confirm", json={}))
    while booking.count < CHECKOUTS_MAX + 1:
        await asyncio.sleep(0.01)
    booking.doors.set()

    assert (rejected.status_code, rejected.json()["code"]) == (503, "busy")
    assert rejected.headers["Content-Type"] == "application/problem+json"
    assert rejected.headers["Retry-After"] in RETRY_AFTER
    assert rejected.headers["X-Content-Type-Options"] == "nosniff"
    assert rejected.headers["X-Request-Id"]
    assert (await paying).status_code == 200
    assert {answer.status_code for answer in await asyncio.gather(*inside)} == {200}
    assert (await client.post("/booking/checkout", json={})).status_code == 200
