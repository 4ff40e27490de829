"""TLS, HTTP/2, host names and the metrics listener at the real nginx, with a trusted proxy in front."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.gateway_options import GatewayOptions, Tls
from tests.certificates import write_certificate
from tests.gateway_process import Echo, Gateway, run_gateway, serve_echoes

HOST = "tickets.example"


@pytest.fixture(scope="module")
def files() -> Iterator[Path]:
    """Return a folder that nginx's user may read, with a self-signed certificate."""
    folder = Path(tempfile.mkdtemp(prefix="admitone-tls-"))
    folder.chmod(0o755)
    write_certificate(folder, HOST)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def metrics_socket() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-metrics-"))
    folder.chmod(0o777)
    yield folder / "metrics.sock"
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def gateway(files: Path, metrics_socket: Path) -> Iterator[Gateway]:
    options = GatewayOptions(
        unlimited_networks=("127.0.0.0/8",),
        hosts=(HOST,),
        metrics_listen=f"unix:{metrics_socket}",
        tls=Tls(files / "certificate.pem", files / "key.pem"),
    )
    with run_gateway(options) as running:
        yield running


@pytest_asyncio.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    echoes = {role: Echo(role) for role in HTTP_ROLES}
    async with serve_echoes(gateway, echoes, verify=False, headers={"Host": HOST}) as client:
        yield client


async def test_roles_see_https_and_browsers_get_hsts(client: httpx.AsyncClient) -> None:
    answer = await client.get("/e/evt_1")

    assert answer.json()["headers"]["x-forwarded-proto"] == "https"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_browsers_get_http_2(client: httpx.AsyncClient, gateway: Gateway, version: ssl.TLSVersion) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    host, port = gateway.address.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as plain, context.wrap_socket(plain, server_hostname=HOST) as tls:
        assert tls.selected_alpn_protocol() == "h2"
        assert tls.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


@pytest.mark.parametrize("cipher", ["ECDHE-ECDSA-AES256-SHA", "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256"])
async def test_ciphers_without_forward_secrecy_or_authentication_are_refused(gateway: Gateway, cipher: str) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{cipher}:@SECLEVEL=0")
    host, port = gateway.address.removeprefix("https://").split(":")
    with socket.create_connection((host, int(port))) as plain, pytest.raises(ssl.SSLError, match="HANDSHAKE_FAILURE"):
        context.wrap_socket(plain, server_hostname=HOST)


async def test_curl_speaks_http_2(client: httpx.AsyncClient, gateway: Gateway) -> None:
    curl = shutil.which("curl")
    if curl is None or "HTTP2" not in subprocess.run([curl, "--version"], capture_output=True, text=True).stdout:
        pytest.skip("no curl that speaks HTTP/2")

    command = [curl, "-sk", "--http2", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "-H", f"Host: {HOST}"]
    process = await asyncio.create_subprocess_exec(
        *command, f"{gateway.address}/e/evt_1", stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert output.decode() == "2 200"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
async def test_another_host_is_misdirected(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/e/evt_1", headers={"Host": host})

    assert (answer.status_code, answer.json()["code"]) == (421, "misdirected-request")


async def test_metrics_have_a_listener_of_their_own(client: httpx.AsyncClient, metrics_socket: Path) -> None:
    transport = httpx.AsyncHTTPTransport(uds=str(metrics_socket))
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as metrics:
        roles = [(await metrics.get(f"/metrics/{role}")).json()["role"] for role in HTTP_ROLES]
        elsewhere = await metrics.get("/booking/x")

    assert roles == list(HTTP_ROLES)
    assert elsewhere.status_code == 404
    assert (await client.get("/metrics/booking")).status_code == 404


@pytest_asyncio.fixture(scope="module")
async def behind_a_proxy() -> AsyncIterator[httpx.AsyncClient]:
    with run_gateway(GatewayOptions(trusted_proxies=("127.0.0.0/8", "10.0.0.0/8"))) as gateway:
        async with serve_echoes(gateway, {role: Echo(role) for role in HTTP_ROLES}) as client:
            yield client


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the client forged the first
        ("203.0.113.9, 10.1.2.3", "203.0.113.9"),  # two proxies
        ("2001:db8::9", "2001:db8::9"),
    ],
)
async def test_the_client_address_from_a_trusted_proxy_is_used(
    behind_a_proxy: httpx.AsyncClient, forwarded: str, seen: str
) -> None:
    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}

    got = (await behind_a_proxy.get("/booking/x", headers=headers)).json()["headers"]

    assert (got["x-forwarded-for"], got["x-forwarded-proto"]) == (seen, "https")


async def test_the_trace_of_a_trusted_proxy_continues(behind_a_proxy: httpx.AsyncClient) -> None:
    parent = f"00-{'ab' * 16}-{'cd' * 8}-01"

    seen = [
        (await behind_a_proxy.get("/booking/x", headers={"traceparent": given})).json()["headers"]
        for given in (parent, f"{parent}, {parent}")
    ]

    assert (seen[0]["traceparent"], seen[0]["x-trace-id"]) == (parent, "ab" * 16)
    assert "traceparent" not in seen[1]


async def test_the_client_address_from_an_untrusted_proxy_is_ignored() -> None:
    with run_gateway(GatewayOptions(trusted_proxies=("10.0.0.0/8",))) as gateway:
        async with serve_echoes(gateway, {role: Echo(role) for role in HTTP_ROLES}) as client:
            headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
            got = (await client.get("/booking/x", headers=headers)).json()["headers"]

    assert (got["x-forwarded-for"], got["x-forwarded-proto"]) == ("127.0.0.1", "http")
