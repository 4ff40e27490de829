"""`./run bench stripe_client [--json FILE] [--clients NAME…]`: HTTP clients of the SDK, 200 to 600 ms a call.

For 32, 256 and 1,024 calls at once: calls a second, CPU of this process a call, connections that the server accepted.
`httpx` is the SDK's default client as it comes, `httpx, unlimited` with a pool that keeps every connection. `aiohttp,
alone` sends the same request and reads the same answer without the SDK: what the SDK itself costs. `adapter` creates
and reads an intent through AdmitOne's adapter: a call is half of that.
"""

import argparse
import asyncio
import itertools
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx
import msgspec
import stripe
import uvloop

from admitone.payments.adapters.stripe import StripeProvider
from admitone.payments.adapters.stripe_http import open_session, stripe_client
from admitone.payments.ports import IntentOrder
from bench.figures import occasion, percentiles_ms
from bench.http_client import Connection
from bench.processes import run_stripe_server

CROWDS = (32, 256, 1_024)
SECONDS = 8.0


def httpx_unlimited() -> stripe.HTTPClient:
    client = stripe.HTTPXClient(timeout=30.0)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    client._client_async = httpx.AsyncClient(limits=limits)
    return client


CLIENTS: dict[str, Callable[[], stripe.HTTPClient]] = {
    "httpx": lambda: stripe.HTTPXClient(timeout=30.0),
    "httpx, unlimited": httpx_unlimited,
    "aiohttp": lambda: stripe.AIOHTTPClient(timeout=aiohttp.ClientTimeout(total=30.0)),
    "aiohttp, ours": lambda: stripe_client(open_session()),
}


ALONE, ADAPTER = "aiohttp, alone", "adapter"
FIELDS = {"amount": 1_000, "currency": "eur"}
Create = Callable[[str], Awaitable[object]]
"""Create an intent with this idempotency key."""


@asynccontextmanager
async def through_the_sdk(name: str, address: str) -> AsyncIterator[Create]:
    http = CLIENTS[name]()
    base: Any = {"api": address}
    api = stripe.StripeClient("sk_test_1", base_addresses=base, http_client=http, max_network_retries=0)
    asked: Any = FIELDS
    yield lambda key: api.v1.payment_intents.create_async(asked, {"idempotency_key": key})
    await http.close_async()  # type: ignore[no-untyped-call]


class _Intent(msgspec.Struct):
    id: str
    status: str
    amount: int
    client_secret: str


@asynccontextmanager
async def alone(address: str) -> AsyncIterator[Create]:
    decoder = msgspec.json.Decoder(_Intent)
    async with open_session() as session:

        async def create(key: str) -> object:
            headers = {
                "Authorization": "Bearer sk_test_1",
                "Content-Type": "application/x-www-form-urlencoded",
                "Idempotency-Key": key,
                "Stripe-Version": "2024-06-20",
            }
            async with session.post(f"{address}/v1/payment_intents", data=urlencode(FIELDS), headers=headers) as answer:
                return decoder.decode(await answer.read())

        yield create


@asynccontextmanager
async def adapter(address: str) -> AsyncIterator[Create]:
    provider = StripeProvider("sk_test_1", "pk_test_1", api_base=address)

    async def create_and_read(key: str) -> object:
        order = IntentOrder(key, f"bkg_{key}", 1_000, "EUR", 0, None, "evt_1", "ada@example.org")
        return await provider.retrieve((await provider.create(order)).id)

    yield create_and_read
    await provider.aclose()


def open_client(name: str, address: str) -> AbstractAsyncContextManager[Create]:
    if name == ADAPTER:
        return adapter(address)
    return alone(address) if name == ALONE else through_the_sdk(name, address)


async def measure(name: str, crowd: int) -> dict[str, Any]:
    with run_stripe_server() as port:
        address = f"http://127.0.0.1:{port}"
        taken: list[float] = []
        failed = 0
        async with open_client(name, address) as create:
            began, cpu = time.perf_counter(), sum(os.times()[:2])
            numbers = itertools.count()

            async def call() -> None:
                nonlocal failed
                while (asked := time.perf_counter()) - began < SECONDS:
                    try:
                        await create(f"key-{next(numbers)}")
                        taken.append(time.perf_counter() - asked)
                    except (stripe.APIConnectionError, aiohttp.ClientError):
                        failed += 1

            await asyncio.gather(*(call() for _ in range(crowd)))
            seconds, used = time.perf_counter() - began, sum(os.times()[:2]) - cpu
        connection = Connection("127.0.0.1", port)
        seen = json.loads((await connection.request("GET", "/bench/figures")).body)
        connection.close()
    calls = len(taken) * (2 if name == ADAPTER else 1)
    return {
        "client": name,
        "at_once": crowd,
        "calls_a_second": round(calls / seconds),
        "cpu_ms_a_call": round(used * 1_000 / calls, 3),
        "ms": percentiles_ms(taken, (50, 99)),
        "failed": failed,
        "connections": seen["connections"] - 1,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json")
    names = (*CLIENTS, ALONE, ADAPTER)
    parser.add_argument("--clients", nargs="+", choices=names, default=names, metavar="NAME", help="default: all")
    parser.add_argument("--crowds", nargs="+", type=int, default=CROWDS, help="calls at once; default 32 256 1024")
    arguments = parser.parse_args()
    runs = [uvloop.run(measure(name, crowd)) for crowd in arguments.crowds for name in arguments.clients]
    json.dump(runs, sys.stdout, indent=1)
    if arguments.json:
        with open(arguments.json, "w") as file:
            file.write(json.dumps({**occasion(), "runs": runs}, indent=2) + "\n")


if __name__ == "__main__":
    main()
