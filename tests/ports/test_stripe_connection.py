"""Stripe's adapter on a connection that breaks, and at the account's limit: servers of the tests' own."""

import asyncio

import pytest

from admitone.payments.adapters.stripe import StripeProvider
from admitone.payments.ports import Endpoint, IntentOrder, Limit, ProviderUnreachable, RateLimited, WriteRates
from tests.socket_servers import port_of, serve_connections

ORDER = IntentOrder("key", "bkg_1", 1_000, "EUR")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"], ids=["nothing", "a part"])
async def test_a_provider_that_hangs_up_is_unreachable(sent: bytes) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await writer.drain()
        writer.close()

    async with serve_connections(hang_up) as server:
        provider = StripeProvider("sk_test_1", "pk_test_1", api_base=f"http://127.0.0.1:{port_of(server)}")
        with pytest.raises(ProviderUnreachable):
            await provider.create(ORDER)
        await provider.aclose()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Sign in to the network</html>"),
        (200, b'{"id": "pi_1", "sta'),
        (200, b"[]"),
        (200, b"{}"),
        (302, b"{}"),
        (403, b"<html>Blocked by the firewall</html>"),
        (404, b'{"message": "no route"}'),
        (408, b""),
    ],
)
async def test_an_answer_that_is_not_stripes_decides_nothing(status: int, body: bytes) -> None:
    """A proxy may answer in Stripe's place, after Stripe has taken the money: no refusal may be recorded."""

    async def interfere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 %d X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
        writer.write(head + body)
        await writer.drain()

    async with serve_connections(interfere) as server:
        provider = StripeProvider("sk_test_1", "pk_test_1", api_base=f"http://127.0.0.1:{port_of(server)}")
        calls = (
            provider.create(ORDER),
            provider.confirm("pi_1", key="k"),
            provider.capture("pi_1", key="c"),
            provider.retrieve("pi_1"),
            provider.cancel("pi_1", key="x"),
            provider.refund("pi_1", amount=500, currency="EUR", key="r", reference="ref_1"),
        )
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        await provider.aclose()

    assert [type(outcome) for outcome in outcomes] == [ProviderUnreachable] * len(calls)


class SpentBudget:
    """Counts what the adapter asks of the account's budget."""

    def __init__(self) -> None:
        self.spent: list[Endpoint] = []
        self.rejections: list[tuple[Endpoint, Limit]] = []

    async def spend(self, endpoint: Endpoint) -> None:
        self.spent.append(endpoint)

    async def spare(self, _endpoint: Endpoint, count: int) -> int:
        return count

    async def record_rejection(self, endpoint: Endpoint, limit: Limit) -> None:
        self.rejections.append((endpoint, limit))

    async def rates(self) -> WriteRates:
        return WriteRates(1.0, {})


async def test_buyers_writes_are_spent_and_rejections_for_the_rate_recorded() -> None:
    budget, body = SpentBudget(), b'{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Slow."}}'

    async def reject(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 429 X\r\nConnection: close\r\nStripe-Rate-Limited-Reason: endpoint-rate\r\n"
        writer.write(head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async with serve_connections(reject) as server:
        address = f"http://127.0.0.1:{port_of(server)}"
        provider = StripeProvider("sk_test_1", "pk_test_1", api_base=address, budget=budget)
        for call in (provider.create(ORDER), provider.confirm("pi_1", key="k"), provider.capture("pi_1", key="c")):
            with pytest.raises(RateLimited):
                await call
        await provider.aclose()

    assert budget.spent == [Endpoint.CREATE, Endpoint.CONFIRM]
    assert budget.rejections == [
        (endpoint, Limit.ENDPOINT) for endpoint in (Endpoint.CREATE, Endpoint.CONFIRM, Endpoint.CAPTURE)
    ]


@pytest.mark.parametrize("passes_by", [False, True], ids=["through the proxy", "past the proxy"])
async def test_the_environments_proxy_is_read_once(monkeypatch: pytest.MonkeyPatch, *, passes_by: bool) -> None:
    """When the process starts. To look for it in each call takes two threads."""
    asked: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0])
        writer.write(b"HTTP/1.1 503 X\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    for name in ("http_proxy", "no_proxy", "HTTP_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with serve_connections(refuse) as server:
        here = f"http://127.0.0.1:{port_of(server)}"
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:1" if passes_by else here)
        monkeypatch.setenv("no_proxy", "127.0.0.1" if passes_by else "")
        provider = StripeProvider("sk_test_1", "pk_test_1", api_base=here if passes_by else "http://stripe.example")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:2")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(ProviderUnreachable):
            await provider.create(ORDER)
        await provider.aclose()

    target = b"" if passes_by else b"http://stripe.example"
    assert asked == [b"POST " + target + b"/v1/payment_intents HTTP/1.1"]
