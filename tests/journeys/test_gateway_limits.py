"""Rate limits and path spellings at the real nginx, for every route of the roles."""

import asyncio
import re
import warnings
from collections.abc import AsyncIterator, Iterator
from itertools import count

import httpx
import pytest
import pytest_asyncio
from litestar import Litestar

from admitone.booking.routes import hot_routes
from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.gateway_options import GatewayOptions, RateLimit, RateLimits
from admitone.runtime.app import mount_roles
from tests.gateway_process import Echo, Gateway, run_gateway, serve_echoes

SAFE = {"GET", "HEAD", "OPTIONS"}
CHECKOUTS_MAX = 3
TIGHT = RateLimit(per_second=1, burst=1)
REQUESTS = 6
"""Sent at once: two pass in the first second, and one for each further second that a slow machine takes."""

_addresses = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())


def unsafe_routes() -> list[tuple[str, str]]:
    """Return every unsafe method of every role, with pages and hot path, and with the parameters filled in."""
    routers = mount_roles(HTTP_ROLES, lambda: pytest.fail("routes are only listed"))
    hot = [("POST", route.path) for route in hot_routes(lambda: pytest.fail("routes are only listed"))]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # collected outside a test, where the suite's warning filters do not apply
        app = Litestar(routers, openapi_config=None)
    framework = [
        (method, re.sub(r"\{[^}]+\}", "a1", route.path))
        for route in app.routes
        for method in set(getattr(route, "methods", ())) - SAFE
    ]
    return sorted([*hot, *framework])


ROUTES = unsafe_routes()
BUYERS = [path for _, path in ROUTES if path.startswith(("/booking/", "/e/", "/checkout/", "/events/", "/tickets/"))]


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Loopback is a trusted proxy: each test uses client addresses of its own in X-Forwarded-For."""
    options = GatewayOptions(
        trusted_proxies=("127.0.0.0/8",),
        unlimited_networks=("127.0.0.0/8",),
        limits=RateLimits(writes=TIGHT, scans=TIGHT, webhooks=TIGHT),
    )
    with run_gateway(options, checkouts_max=CHECKOUTS_MAX) as running:
        yield running


@pytest.fixture
def echoes() -> dict[str, Echo]:
    return {role: Echo(role) for role in HTTP_ROLES}


@pytest_asyncio.fixture
async def client(gateway: Gateway, echoes: dict[str, Echo]) -> AsyncIterator[httpx.AsyncClient]:
    async with serve_echoes(gateway, echoes) as client:
        yield client


def from_address(address: str | None = None) -> dict[str, str]:
    return {"X-Forwarded-For": address or next(_addresses)}


def test_the_routes_are_known() -> None:
    assert ("POST", "/booking/checkout") in ROUTES
    assert ("POST", "/booking/confirm") in ROUTES
    assert ("POST", "/e/a1/hold") in ROUTES
    assert ("DELETE", "/organizer/events/a1") in ROUTES
    assert len(ROUTES) > 40


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_unsafe_method_has_a_rate_limit(client: httpx.AsyncClient, method: str, path: str) -> None:
    headers = from_address()

    answers = await asyncio.gather(*(client.request(method, path, headers=headers) for _ in range(REQUESTS)))
    other_client = await client.request(method, path, headers=from_address())

    limited = [answer for answer in answers if answer.status_code == 429]
    assert limited, [answer.status_code for answer in answers]
    assert limited[0].json()["code"] == "too-many-requests"
    assert limited[0].headers["Retry-After"] in {"1", "2", "3"}
    assert other_client.status_code == 200


async def test_reading_has_no_rate_limit(client: httpx.AsyncClient) -> None:
    headers = from_address()

    answers = [await client.get("/e/evt_1", headers=headers) for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}


async def test_one_ipv6_network_is_one_client(client: httpx.AsyncClient) -> None:
    clients = [from_address(f"2001:db8:1:2:{number:x}::1") for number in range(REQUESTS)]

    answers = await asyncio.gather(*(client.post("/booking/checkout", headers=headers) for headers in clients))

    assert 429 in {answer.status_code for answer in answers}


async def test_a_program_on_an_unlimited_machine_has_no_rate_limit(client: httpx.AsyncClient) -> None:
    answers = [await client.post("/booking/release") for _ in range(REQUESTS)]

    assert {answer.status_code for answer in answers} == {200}


def spellings(path: str) -> list[str]:
    """Return other spellings of `path` that some servers treat as the same path."""
    _, first, rest = path.split("/", 2)
    return [
        f"{path}/",
        f"/{path}",
        f"/{first}//{rest}",
        f"/{first}/./{rest}",
        f"/{first}/x/../{rest}",
        f"/{first}%2f{rest}",
        f"/{first}%2F{rest}",
        f"/{first}/%2e/{rest}",
        f"/{first}/{rest}/.",
        f"/{first}\\{rest}",
    ]


async def raw_status(gateway: Gateway, target: str, method: str = "POST") -> tuple[int, str]:
    """Send `target` unchanged: client libraries normalize it."""
    host, port = gateway.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
    text = (await reader.read()).decode("latin-1")
    writer.close()
    location = re.search(r"^Location: (.*)\r$", text, re.MULTILINE)
    return int(text.split(" ", 2)[1]), location[1] if location else ""


@pytest.mark.parametrize(
    "path", ["/booking/checkout", "/e/evt_1/hold", "/metrics/booking", "/organizer/events", "/check-in/scans"]
)
async def test_no_other_spelling_reaches_a_role(
    client: httpx.AsyncClient, gateway: Gateway, echoes: dict[str, Echo], path: str
) -> None:
    answers = [await raw_status(gateway, target) for target in spellings(path)]

    assert {status for status, _ in answers} <= {404, 308}
    assert {location for status, location in answers if status == 308} <= {path}
    assert {echo.count for echo in echoes.values()} == {0}


async def test_a_page_with_a_slash_at_its_end_redirects(client: httpx.AsyncClient, gateway: Gateway) -> None:
    assert await raw_status(gateway, "/e/evt_1/?a=/b/", "GET") == (308, "/e/evt_1?a=/b/")
    assert (await raw_status(gateway, "/events/search/?q=a", "GET"))[0] == 404
    assert (await raw_status(gateway, "/?a=b", "GET"))[0] == 200


@pytest.mark.parametrize(
    "path", ["/metrics", "/metrics/", "/metrics/booking", "//metrics", "/%6detrics", "/x/../metrics"]
)
async def test_metrics_are_not_public(client: httpx.AsyncClient, gateway: Gateway, path: str) -> None:
    assert (await raw_status(gateway, path, "GET"))[0] == 404


async def test_readiness_is_only_read(gateway: Gateway) -> None:
    assert [(await raw_status(gateway, "/readyz", method))[0] for method in ("POST", "PUT", "DELETE")] == [405] * 3


@pytest.mark.parametrize("path", sorted(set(BUYERS)))
async def test_buyers_may_send_at_most_64_kb(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.post(path, content=b" " * 66_000)

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")


@pytest.mark.parametrize("path", ["/e/evt_1/hold", "/checkout/bkg_1/again"])
async def test_the_pages_forms_count_as_checkouts_in_progress(
    client: httpx.AsyncClient, echoes: dict[str, Echo], path: str
) -> None:
    booking = echoes["booking"]
    booking.doors.clear()
    under_way = [asyncio.create_task(client.post("/booking/checkout", json={})) for _ in range(CHECKOUTS_MAX)]
    while booking.count < CHECKOUTS_MAX:
        await asyncio.sleep(0.01)

    rejected = await client.post(path, headers={"Accept": "text/html"})
    booking.doors.set()
    await asyncio.gather(*under_way)

    assert (rejected.status_code, rejected.headers["Content-Type"]) == (503, "text/html; charset=utf-8")
    assert rejected.headers["Retry-After"] in {"1", "2", "3"}
    assert (await client.post(path)).status_code == 200
