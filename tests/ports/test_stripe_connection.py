"""Stripe's adapter on a connection that breaks, and at the account's limit: servers of the tests' own."""

import asyncio

import pytest

from admitone.payments.adapters.stripe import StripeProvider
from admitone.payments.ports import IntentOrder, ProviderUnreachable, RateLimited
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
        self.spent = self.rejections = 0

    async def spend(self) -> None:
        self.spent += 1

    async def spare(self, count: int) -> int:
        return count

    async def record_rejection(self) -> None:
        self.rejections += 1

    async def writes_per_second(self) -> float:
        return 1.0


async def test_buyers_writes_are_spent_and_rejections_for_the_rate_recorded() -> None:
    budget, body = SpentBudget(), b'{"error":{"type":"invalid_request_error","code":"rate_limit","message":"Slow."}}'

    async def reject(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 429 X\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()

    async with serve_connections(reject) as server:
        address = f"http://127.0.0.1:{port_of(server)}"
        provider = StripeProvider("sk_test_1", "pk_test_1", api_base=address, budget=budget)
        for call in (provider.create(ORDER), provider.confirm("pi_1", key="k"), provider.capture("pi_1", key="c")):
            with pytest.raises(RateLimited):
                await call
        await provider.aclose()

    assert (budget.spent, budget.rejections) == (2, 3)
