"""A collector of traces: it takes OTLP over HTTP, as every collector does, and keeps the spans for the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from admitone.runtime.tracing_settings import TRACES_PATH


class Exported:
    """One span as it was sent. `attributes`: the values as text."""

    def __init__(self, service: str, span: Any) -> None:
        self.service = service
        self.name: str = span.name
        self.kind: int = span.kind
        self.trace_id: str = span.trace_id.hex()
        self.span_id: str = span.span_id.hex()
        self.parent_id: str = span.parent_span_id.hex()
        self.links: list[str] = [link.span_id.hex() for link in span.links]
        self.attributes: dict[str, str] = {pair.key: _text(pair.value) for pair in span.attributes}
        self.status: int = span.status.code

    def __repr__(self) -> str:
        return f"<{self.service}: {self.name}>"


class TraceCollector:
    """`url` is an endpoint for `OTEL_EXPORTER_OTLP_ENDPOINT`. `key`: the header `x-api-key` that it demands."""

    def __init__(self, port: int, key: str | None) -> None:
        self.key = key
        self.url = f"http://127.0.0.1:{port}"
        self.spans: list[Exported] = []
        self.wire: list[bytes] = []
        """The bodies of the requests: everything that left the processes."""

    def find(self, name: str, **attributes: str) -> list[Exported]:
        return [
            span
            for span in self.spans
            if span.name == name and attributes.items() <= {key: span.attributes.get(key) for key in attributes}.items()
        ]

    def trace(self, trace_id: str) -> list[Exported]:
        return [span for span in self.spans if span.trace_id == trace_id]

    def take(self, body: bytes) -> None:
        self.wire.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {pair.key: _text(pair.value) for pair in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [Exported(named["service.name"], span) for span in scope.spans]


@contextmanager
def collect_traces(key: str | None = None) -> Iterator[TraceCollector]:
    """Run a collector on a free port. `key`: it answers 401 to requests without this `x-api-key`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path != TRACES_PATH:
                self.send_error(501)
                return
            if collector.key is not None and self.headers["X-Api-Key"] != collector.key:
                self.send_error(401)
                return
            collector.take(self.rfile.read(int(self.headers["Content-Length"])))
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector = TraceCollector(server.server_address[1], key)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _text(value: Any) -> str:
    return str(getattr(value, value.WhichOneof("value")))
