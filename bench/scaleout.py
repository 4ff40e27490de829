"""`./run bench scaleout [--json FILE] [--runs NAME…]`: more processes of a role, each with its share of a core.

- *booking*: a stadium is sold by 1, 2 and 4 booking processes. Any of them takes a request (*spread*), or those of one
  event go to one process (*by-event*);
- *saturated*: the same without shares, on a machine whose cores are all in use, four events at once;
- *reads*: search, details of events, snapshots of seats and first answers of live maps by 1, 2 and 3 application hosts.

A control group limits each process, so it needs root. nginx, PostgreSQL, Redis and the clients have what is left.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import uvloop
from rich.console import Console
from tests.gateway_process import UNLIMITED, run_gateway

from admitone.demo.keys import secret_key
from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.http_probe import answers_at_socket
from admitone.embedded.postgresql_roles import APP
from bench.buyers import sell_together
from bench.figures import occasion, percentile_ms
from bench.http_client import Connection
from bench.onsale_event import OnSale, put_on_sale
from bench.processes import cpu_seconds
from bench.quotas import limited
from bench.running_demo import RunningDemo, run_demo

BOOKING_CORES, READ_CORES = 0.08, 0.15
BUYERS, SELL_SECONDS = 64, 8.0
CROWD, CROWD_EVENTS = 256, 4
READERS, READ_SECONDS = 24, 4.0
EVENTS = 200
WORDS = ("jazz", "opera", "berlin", "symphony", "vienna", "rock", "london", "quartet", "paris", "festival")
START_SECONDS_MAX = 240.0


@dataclass(frozen=True)
class Server:
    """A process of the product, and where it listens."""

    socket: Path
    pid: int

    def cpu_seconds(self) -> float:
        return sum(cpu_seconds(self.pid).values())


@dataclass(frozen=True)
class Env:
    """A running demo: its address, its key, and what another process of it needs."""

    demo_host: str
    demo_port: int
    api_key: str
    data: Path

    @classmethod
    def of(cls, demo: RunningDemo) -> "Env":
        parts = urlsplit(demo.address)
        return cls(parts.hostname or "127.0.0.1", parts.port or 80, demo.api_key, demo.data)

    async def put_on_sale(self, kind: str) -> OnSale:
        connection = Connection(self.demo_host, self.demo_port)
        sale = await put_on_sale(connection, self.api_key, kind)
        connection.close()
        return sale

    @contextmanager
    def run(self, name: str, roles: tuple[str, ...], cores: float | None) -> Iterator[Server]:
        """Run a process of these roles with a share of a core; yield it when it answers."""
        socket = self.data / "run" / f"{name}.sock"
        sockets = quote(str(self.data / "run"), safe="/")
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "ADMITONE_DATABASE_URL": f"postgresql://{APP}@/admitone?host={sockets}",
            "ADMITONE_REDIS_URL": f"unix://{sockets}/redis.sock?db=0",
            "ADMITONE_SECRET_KEY": secret_key(self.data),
            "ADMITONE_DATA_DIR": str(self.data),
            "ADMITONE_PAYMENTS": "simulated",
            "ADMITONE_TESTING": "1",
        }
        command = [sys.executable, "-m", "admitone", "serve", *roles, "--uds", str(socket)]
        with ExitStack() as stack:
            quota = None if cores is None else stack.enter_context(limited(name, cores))
            log = stack.enter_context((self.data / "logs" / f"{name}.log").open("ab"))
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            stack.callback(process.wait)
            stack.callback(process.kill)
            deadline = time.monotonic() + START_SECONDS_MAX
            while not answers_at_socket(socket):
                assert process.poll() is None, f"{name} ended"
                assert time.monotonic() < deadline, f"{name} does not answer"
                time.sleep(0.05)
            socket.chmod(0o666)
            if quota is not None:
                quota.take(process.pid)
            yield Server(socket, process.pid)


async def sell(env: Env, servers: list[Server], *, by_event: bool, buyers: int, sales: list[OnSale]) -> dict[str, Any]:
    """Sell for some seconds through a gateway in front of these booking processes."""
    sockets = [server.socket for server in servers]
    upstreams = {role: [env.data / "run" / f"{role}.sock"] for role in HTTP_ROLES} | {"booking": sockets}
    with run_gateway(replace(UNLIMITED, routes_by_event=by_event), upstreams=upstreams) as gateway:
        port = urlsplit(gateway.address).port or 80
        before = [await _batches(socket) for socket in sockets]
        used = sum(server.cpu_seconds() for server in servers)
        tally = await sell_together("127.0.0.1", port, sales, buyers=buyers, seconds_max=SELL_SECONDS)
        used = sum(server.cpu_seconds() for server in servers) - used
        after = [await _batches(socket) for socket in sockets]
    seconds = min(SELL_SECONDS, max(tally.sold_at, default=SELL_SECONDS))
    batches = sum(late[0] - early[0] for early, late in zip(before, after, strict=True))
    items = sum(late[1] - early[1] for early, late in zip(before, after, strict=True))
    return {
        "processes": len(sockets),
        "routing": "by-event" if by_event else "spread",
        "bookings_a_second": round(sum(at <= SELL_SECONDS for at in tally.sold_at) / seconds),
        "checkout_p99_ms": percentile_ms(tally.checkout, 99),
        "confirm_p99_ms": percentile_ms(tally.confirm, 99),
        "cpu_ms_a_booking": round(used * 1000 / max(1, len(tally.sold_at)), 3),
        "items_a_batch": round(items / batches, 1) if batches else None,
        "answers": dict(tally.answers),
    }


async def _batches(socket: Path) -> tuple[float, float]:
    """Return the numbers of batches and of their items since a process began."""
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(socket)), base_url="http://role") as http:
        text = (await http.get("/metrics", timeout=30)).text
    count, items = (
        sum(float(value) for value in re.findall(rf"^admitone_batch_items_{name}\{{.*\}} (\S+)$", text, re.MULTILINE))
        for name in ("count", "sum")
    )
    return count, items


Ask = Callable[[Connection, int], Awaitable[bool]]


async def read(port: int, ask: Ask, hosts: list[Server]) -> dict[str, Any]:
    """Let readers ask one after the other for some seconds."""
    used = sum(host.cpu_seconds() for host in hosts)
    took: list[float] = []
    failed = 0
    until = time.perf_counter() + READ_SECONDS

    async def reader(number: int) -> None:
        nonlocal failed
        connection = Connection("127.0.0.1", port)
        turn = 0
        while (began := time.perf_counter()) < until:
            if await ask(connection, number + turn * READERS):
                took.append(time.perf_counter() - began)
            else:
                failed += 1
            turn += 1
        connection.close()

    await asyncio.gather(*(reader(number) for number in range(READERS)))
    used = sum(host.cpu_seconds() for host in hosts) - used
    return {
        "requests_a_second": round(len(took) / READ_SECONDS),
        "cpu_ms_a_request": round(used * 1000 / max(1, len(took)), 3),
        "p99_ms": percentile_ms(took, 99),
        "failed": failed,
    }


def kinds_of_reads(event_ids: list[str], sale: OnSale, port: int) -> dict[str, Ask]:
    async def search(connection: Connection, number: int) -> bool:
        path = f"/events/search?q={WORDS[number % len(WORDS)]}&size=20&page={number % 7}&radius_km={number % 997 + 1}"
        return (await connection.request("GET", f"{path}&near=48.2,16.4")).status == 200

    async def details(connection: Connection, number: int) -> bool:
        return (await connection.request("GET", f"/events/details/{event_ids[number % len(event_ids)]}")).status == 200

    async def seats(connection: Connection, _number: int) -> bool:
        return (await connection.request("GET", f"/events/{sale.event_id}/seats")).status == 200

    async def live(_connection: Connection, _number: int) -> bool:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /events/{sale.event_id}/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        found = b""
        while b"event: snapshot" not in found and (part := await reader.read(65536)):
            found += part
        writer.close()
        return b"event: snapshot" in found

    return {"search": search, "details": details, "seats": seats, "live": live}


async def read_by_hosts(hosts: list[Server], sale: OnSale, event_ids: list[str]) -> dict[str, Any]:
    """Read everything through a gateway without caches, in front of these hosts."""
    sockets = [host.socket for host in hosts]
    with run_gateway(UNLIMITED, upstreams=dict.fromkeys(HTTP_ROLES, sockets)) as gateway:
        (gateway.folder / "cache-off").touch()
        port = urlsplit(gateway.address).port or 80
        kinds = kinds_of_reads(event_ids, sale, port)
        return {"hosts": len(hosts), **{kind: await read(port, ask, hosts) for kind, ask in kinds.items()}}


@contextmanager
def demo_env() -> Iterator[Env]:
    with run_demo(EVENTS) as demo:
        yield Env.of(demo)


async def run_booking(env: Env, counts: list[int], *, cores: float | None, events: int, buyers: int) -> list[Any]:
    """Measure each number of processes, with several both routings in turn."""
    results = []
    with ExitStack() as stack:
        names = [f"scale-{'free' if cores is None else 'share'}-{number}" for number in range(max(counts))]
        servers = [stack.enter_context(env.run(name, ("booking",), cores)) for name in names]
        for count in counts:
            for by_event in (False, True) if count > 1 else (False,):
                sales = [await env.put_on_sale("stadium" if events == 1 else "hall") for _ in range(events)]
                found = await sell(env, servers[:count], by_event=by_event, buyers=buyers, sales=sales)
                results.append({**found, "cores_each": cores, "events": events})
                print(results[-1], flush=True)
    return results


async def run_reads(env: Env, counts: list[int]) -> list[Any]:
    sale = await env.put_on_sale("stadium")
    async with httpx.AsyncClient(base_url=f"http://{env.demo_host}:{env.demo_port}") as http:
        listed = (await http.get("/events/search?size=100")).json()["events"]
    event_ids = [event["id"] for event in listed]
    results = []
    with ExitStack() as stack:
        hosts = [
            stack.enter_context(env.run(f"host-{number}", HTTP_ROLES, READ_CORES)) for number in range(max(counts))
        ]
        for count in counts:
            results.append({**await read_by_hosts(hosts[:count], sale, event_ids), "cores_each": READ_CORES})
            print(results[-1], flush=True)
    return results


async def run(names: list[str]) -> dict[str, Any]:
    results: dict[str, Any] = {}
    with demo_env() as env:
        if "booking" in names:
            results["booking"] = await run_booking(env, [1, 2, 4], cores=BOOKING_CORES, events=1, buyers=BUYERS)
        if "saturated" in names:
            results["saturated"] = await run_booking(env, [1, 2, 1, 2], cores=None, events=CROWD_EVENTS, buyers=CROWD)
        if "reads" in names:
            results["reads"] = await run_reads(env, [1, 2, 3, 1])
    return {**occasion(), **results}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = ["booking", "saturated", "reads"]
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--runs", nargs="+", choices=names, default=names)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers end with it
    report = uvloop.run(run(arguments.runs))
    Console(width=110, soft_wrap=True).print(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
