"""Record spans with OpenTelemetry's API. Only `runtime.tracing` imports this module, where tracing is on."""

import re
from asyncio import CancelledError
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.trace import Span as RecordedSpan
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    format_span_id,
    format_trace_id,
    get_current_span,
    set_span_in_context,
)

from admitone.kit.refusal import Refusal
from admitone.kit.tracing import Attributes, Cause

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
LINKS_MAX = 128
"""A batch has at most as many requests."""

_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")


class TraceIds(RandomIdGenerator):
    """Random ids; the next trace may get the id that the gateway has written into its access log."""

    def __init__(self) -> None:
        self.next_trace_id: int | None = None

    def generate_trace_id(self) -> int:
        given, self.next_trace_id = self.next_trace_id, None
        return super().generate_trace_id() if given is None else given


class SpanRecorder:
    """`ids` is the generator of the tracer's provider. Used from one event loop."""

    def __init__(self, tracer: Tracer, ids: TraceIds) -> None:
        self._tracer = tracer
        self._ids = ids

    @contextmanager
    def request(self, method: str, headers: Iterable[tuple[bytes, bytes]]) -> Iterator[None]:
        """Record one request. Its trace is the caller's (`traceparent`), or has the id in `x-trace-id`.

        Clients choose neither: the gateway replaces both headers unless a trusted proxy sends them.
        """
        given = {name: value.decode("latin-1") for name, value in headers if name in (b"traceparent", b"x-trace-id")}
        parent = _remote_parent(given.get(b"traceparent"))
        trace_id = given.get(b"x-trace-id", "")
        self._ids.next_trace_id = int(trace_id, 16) if parent is None and _TRACE_ID.fullmatch(trace_id) else None
        shown = method if method in METHODS else "other"
        span = self._tracer.start_span(
            shown, parent or Context(), kind=SpanKind.SERVER, attributes={"http.request.method": shown}
        )
        with _entered(span):
            yield

    @contextmanager
    def child(self, name: str, attributes: Attributes | None, *, is_call: bool) -> Iterator[None]:
        """Record a part of the current trace; nothing without one, or when its request has ended."""
        if not get_current_span().is_recording():
            yield
            return
        kind = SpanKind.CLIENT if is_call else SpanKind.INTERNAL
        with _entered(self._tracer.start_span(name, kind=kind, attributes=attributes)):
            yield

    @contextmanager
    def work(self, name: str, attributes: Attributes | None, continues: str | None) -> Iterator[None]:
        parent = _remote_parent(continues)
        kind = SpanKind.INTERNAL if parent is None else SpanKind.CONSUMER
        with _entered(self._tracer.start_span(name, parent or Context(), kind=kind, attributes=attributes)):
            yield

    @contextmanager
    def batch(self, name: str, causes: Sequence[Cause | None]) -> Iterator[None]:
        """Record a batch in the trace of its first request, and link it with the others, in both directions."""
        recorded = list(dict.fromkeys(cause for cause in causes if isinstance(cause, Span)))[:LINKS_MAX]
        if not recorded:
            # The task that executes batches was started by an earlier request, and has its context.
            token = attach(Context())
            try:
                yield
            finally:
                detach(token)
            return
        first, *others = recorded
        span = self._tracer.start_span(
            f"batch {name}",
            set_span_in_context(first, Context()),
            attributes={"admitone.batch.items": len(causes)},
            links=[Link(other.get_span_context()) for other in others],
        )
        for other in others:
            other.add_link(span.get_span_context())
        with _entered(span):
            yield

    def current(self) -> Span | None:
        span = get_current_span()
        return span if span.is_recording() else None

    def describe_response(self, method: str, route: str, status: int) -> None:
        span = get_current_span()
        if not isinstance(span, RecordedSpan) or span.kind is not SpanKind.SERVER:
            return
        span.update_name(f"{method if method in METHODS else 'other'} {route}")
        span.set_attributes({"http.route": route, "http.response.status_code": status})
        if status >= 500:
            span.set_status(StatusCode.ERROR)

    def ids(self) -> tuple[str, str] | None:
        span = get_current_span()
        if not span.is_recording():
            return None
        own = span.get_span_context()
        return format_trace_id(own.trace_id), format_span_id(own.span_id)


@contextmanager
def _entered(span: Span) -> Iterator[None]:
    """Make `span` the current one, and end it. Of an error it gets the class: a message may name a person."""
    token = attach(set_span_in_context(span))
    try:
        yield
    except Refusal as refusal:
        span.set_attribute("admitone.refusal", refusal.code)
        raise
    except CancelledError:
        span.set_attribute("admitone.cancelled", True)
        raise
    except BaseException as error:
        span.set_attribute("error.type", type(error).__name__)
        span.set_status(StatusCode.ERROR)
        raise
    finally:
        span.end()
        detach(token)


def _remote_parent(header: str | None) -> Context | None:
    found = _PARENT.fullmatch(header or "")
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    parent = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags & TraceFlags.SAMPLED))
    return set_span_in_context(NonRecordingSpan(parent), Context())
