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
