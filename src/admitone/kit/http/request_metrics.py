"""Rate, errors and duration of requests for Prometheus: one histogram by method, route and status.

The route is the template (`/events/{event_id}/seats`), never the path: the number of series is bounded by the number of
routes. A duration ends when the answer begins, so that a stream counts once and with the time of its first byte.
"""

import time
from functools import cache
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Histogram

from admitone.kit.tracing import describe_response, exemplar

UNMATCHED = "unmatched"
"""The route of requests that no route took."""

# The widest one is the gateway's timeout.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_REQUESTS = Histogram(
    "admitone_http_request_seconds",
    "Time from a request to the head of its answer",
    ["method", "route", "status"],
    buckets=_BUCKETS,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def observe_request(method: str, route: str, status: int, seconds: float) -> None:
    """Record one answered request, in the histogram and in its trace."""
    describe_response(method, route, status)
    _series(method if method in _METHODS else "other", route, status).observe(seconds, exemplar())


@cache  # as many as there are series
def _series(method: str, route: str, status: int) -> Histogram:
    return _REQUESTS.labels(method, route, status)


def route_of(scope: Any) -> str:
    """Return the template of the route that took the request: a path may contain a one-time token."""
    return scope.get("path_template") or UNMATCHED


class MeasuredRequests:
    """ASGI, around the framework: record every request that it answers. The hot path records its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request: Any = scope
        if request["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                observe_request(request["method"], route_of(request), message["status"], time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, measured)
