"""`./run bench stripe_client [--json FILE]`: the SDK's HTTP clients against a server that takes 200 to 600 ms a call.

For 32, 256 and 1,024 calls at once: calls a second, CPU of this process a call, connections that the server accepted.
`httpx` is the SDK's default client as it comes, `httpx, unlimited` with a pool that keeps every connection.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import httpx
import stripe
import uvloop

from admitone.payments.adapters.stripe_http import open_session, stripe_client
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


async def measure(name: str, crowd: int) -> dict[str, Any]:
    with run_stripe_server() as port:
        http = CLIENTS[name]()
        address: Any = {"api": f"http://127.0.0.1:{port}"}
        api = stripe.StripeClient("sk_test_1", base_addresses=address, http_client=http, max_network_retries=0)
        taken: list[float] = []
        failed = 0
        began, cpu = time.perf_counter(), sum(os.times()[:2])

        async def call() -> None:
            nonlocal failed
            while (asked := time.perf_counter()) - began < SECONDS:
                try:
                    await api.v1.payment_intents.create_async({"amount": 1_000, "currency": "eur"})
                    taken.append(time.perf_counter() - asked)
                except stripe.APIConnectionError:
                    failed += 1

        await asyncio.gather(*(call() for _ in range(crowd)))
        seconds, used = time.perf_counter() - began, sum(os.times()[:2]) - cpu
        await http.close_async()  # type: ignore[no-untyped-call]
        connection = Connection("127.0.0.1", port)
        seen = json.loads((await connection.request("GET", "/bench/figures")).body)
        connection.close()
    return {
        "client": name,
        "at_once": crowd,
        "calls_a_second": round(len(taken) / seconds),
        "cpu_ms_a_call": round(used * 1_000 / len(taken), 2),
        "ms": percentiles_ms(taken, (50, 99)),
        "failed": failed,
        "connections": seen["connections"] - 1,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    runs = [uvloop.run(measure(name, crowd)) for crowd in CROWDS for name in CLIENTS]
    json.dump(runs, sys.stdout, indent=1)
    if arguments.json:
        with open(arguments.json, "w") as file:
            file.write(json.dumps({**occasion(), "runs": runs}, indent=2) + "\n")


if __name__ == "__main__":
    main()
