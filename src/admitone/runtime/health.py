"""Serve `/healthz` (the process is alive), `/readyz` (its dependencies answer) and `/metrics` (for Prometheus)."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
import psycopg
import psycopg_pool
import redis.exceptions
from litestar import Response, get, head
from litestar.handlers import HTTPRouteHandler
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.refusal import Refusal
from admitone.runtime.readiness import SchemaOutdated
from admitone.search.ports import IndexAbsent

CHECK_SECONDS_MAX = 2.0

Check = Callable[[], Awaitable[Any]]

# Errors raised if a server is down, restarting or hung.
DOWN = (
    psycopg.Error,
    psycopg_pool.PoolTimeout,
    redis.exceptions.RedisError,
    OSError,
    TimeoutError,
    Refusal,
    IndexAbsent,
    SchemaOutdated,
)

FAILING_HEADER = "X-Failing"
"""The failed checks as a JSON array: the gateway inserts it into its own response about all roles."""


def health_routes(roles: Sequence[str], checks: Callable[[], dict[str, Check]]) -> list[HTTPRouteHandler]:
    """Return the handlers; `checks` names the dependencies that must answer for these roles to be ready."""

    @get("/healthz", operation_id="healthz", summary="This process lives", tags=["Operate"], sync_to_thread=False)
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @head("/healthz", include_in_schema=False, sync_to_thread=False)
    def healthz_head() -> None:
        """Answer load balancers that probe without reading a body."""

    @get("/readyz", operation_id="readyz", summary="The dependencies of its roles answer", tags=["Operate"])
    async def readyz() -> Response[dict[str, Any]]:
        named = checks()
        answers = await asyncio.gather(*(_ask(check) for check in named.values()))
        failing = [name for name, fault in zip(named, answers, strict=True) if fault is not None]
        body = {
            "status": "unavailable" if failing else "ok",
            "roles": list(roles),
            "failing": failing,
            "checked": list(named),
        }
        headers = {**NO_STORE, FAILING_HEADER: msgspec.json.encode(failing).decode()}
        return Response(body, status_code=503 if failing else 200, headers=headers)

    @get("/metrics", include_in_schema=False, sync_to_thread=False)
    def metrics(request: AnyRequest) -> Response[bytes]:
        # In OpenMetrics, which Prometheus asks for, the histograms have exemplars: ids of traces.
        encode, media_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(REGISTRY), media_type=media_type)

    return [healthz, healthz_head, readyz, metrics]


async def _ask(check: Check) -> str | None:
    try:
        async with asyncio.timeout(CHECK_SECONDS_MAX):
            await check()
    except DOWN as error:
        return type(error).__name__
    return None
