"""A restricted key without the permission for balance transactions takes money; only the fee is unknown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from admitone.payments.adapters.stripe import StripeProvider
from admitone.payments.domain.intent import IntentStatus
from tests.socket_servers import port_of, serve_connections

AT = datetime(2026, 7, 1, tzinfo=UTC)
FEE = {"id": "txn_1", "fee": 213, "currency": "usd"}
INTENT = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "succeeded",
    "amount": 12_500,
    "currency": "usd",
    "latest_charge": {"id": "ch_1", "amount_refunded": 0, "disputed": False, "balance_transaction": FEE},
}
REFUSAL = {"error": {"type": "invalid_request_error", "message": "The key lacks the permission: balance_transaction."}}

Requests = list[tuple[str, str]]


@asynccontextmanager
async def stripe_of(requests: Requests, *, refusal: int | None) -> AsyncIterator[StripeProvider]:
    """Yield the adapter on a server that records (target, body), and refuses requests for balance transactions."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line[16:]) for line in head.splitlines() if line.startswith("content-length: ")), 0)
        body = (await reader.readexactly(length)).decode()
        target = head.split(" ", 2)[1]
        requests.append((target, body))
        is_refused = refusal is not None and "balance_transaction" in target + body
        found: dict[str, Any] = {"object": "list", "data": [INTENT], "has_more": False}
        answer = REFUSAL if is_refused else found if target.startswith("/v1/payment_intents?") else INTENT
        sent = msgspec.json.encode(answer)
        status = f"HTTP/1.1 {refusal if is_refused else 200} OK\r\nConnection: close\r\n"
        writer.write(f"{status}Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n".encode() + sent)
        await writer.drain()

    async with serve_connections(serve) as server:
        provider = StripeProvider("rk_test_1", "pk_test_1", api_base=f"http://127.0.0.1:{port_of(server)}")
        try:
            yield provider
        finally:
            await provider.aclose()


@pytest.mark.parametrize("refusal", [403, 500])
async def test_a_payment_is_captured_where_its_fee_cannot_be_read(refusal: int) -> None:
    requests: Requests = []
    async with stripe_of(requests, refusal=refusal) as provider:
        captured = await provider.capture("pi_1", key="k")
        read = await provider.retrieve("pi_1")
        page = await provider.list_intents(AT, AT)

    assert (captured.status, captured.processor_fee) == (IntentStatus.SUCCEEDED, None)
    assert (read.status, len(page.intents)) == (IntentStatus.SUCCEEDED, 1)
    assert requests[0] == ("/v1/payment_intents/pi_1/capture", "")  # an idempotency key goes with the same parameters


async def test_the_fee_of_a_capture_is_read_with_the_permission() -> None:
    async with stripe_of([], refusal=None) as provider:
        assert (await provider.capture("pi_1", key="k")).processor_fee == 213
