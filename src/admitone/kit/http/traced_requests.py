"""A span for each request, by the template of its route. `observe_request` names it when the answer begins."""

from typing import Any

from litestar.types import ASGIApp, Receive, Scope, Send

from admitone.kit.tracing import recorder

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
"""Paths that monitoring asks every few seconds: they are not recorded."""


def traced_requests(app: ASGIApp) -> ASGIApp:
    """Return `app` with a span around each request; `app` itself while tracing is off."""
    spans = recorder()
    if spans is None:
        return app

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        request: Any = scope
        if request["type"] != "http" or request["path"] in PROBES:
            await app(scope, receive, send)
            return
        with spans.request(request["method"], request["headers"]):
            await app(scope, receive, send)

    return traced
