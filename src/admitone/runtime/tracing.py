"""Export this process's spans by OTLP over HTTP, in a thread, where the settings name a collector."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from admitone.embedded.startup_error import StartupError
from admitone.kit.tracing import record_spans
from admitone.runtime.system.presence import own_version
from admitone.runtime.tracing_settings import TracingSettings

STOP_SECONDS_MAX = 1.5
"""How long a process that ends waits for the export of its last spans: its host kills it after 5 s."""


@contextmanager
def tracing(settings: TracingSettings | None, roles: Sequence[str]) -> Iterator[None]:
    """Record spans while the block runs. Raises `StartupError` if the packages of `admitone[tracing]` are missing."""
    if settings is None:
        yield
        return
    shutdown = _start(settings, roles)
    try:
        yield
    finally:
        record_spans(None)
        # The exporter tries again while the collector is away; the process does not wait for it.
        stop = threading.Thread(target=shutdown, daemon=True)
        stop.start()
        stop.join(STOP_SECONDS_MAX)


def _start(settings: TracingSettings, roles: Sequence[str]) -> Callable[[], None]:
    """Begin to record and export. Return what exports the rest and ends it."""
    try:
        # Large: processes without traces do not load them, and may lack them.
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

        from admitone.kit.span_recorder import SpanRecorder, TraceIds
        from admitone.runtime.span_export import ReportingExporter
    except ImportError as error:
        raise StartupError(
            f"Traces need the packages of admitone[tracing] ({error.name} is missing): install them, or remove"
            " OTEL_EXPORTER_OTLP_ENDPOINT."
        ) from error
    ids = TraceIds()
    # The exporter's own lines repeat every few seconds while a collector is away: `ReportingExporter` logs two.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.ratio)),
        resource=Resource.create(
            {
                "service.name": "-".join((settings.service, *roles)),
                "service.version": own_version(),
                "service.instance.id": f"{socket.gethostname()}-{os.getpid()}",
            }
        ),
        id_generator=ids,
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(ReportingExporter(settings.endpoint)))
    record_spans(SpanRecorder(provider.get_tracer("admitone", own_version()), ids))
    return provider.shutdown
