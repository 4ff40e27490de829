"""Spans for OpenTelemetry, where tracing is on. Off, which is the default, nothing is imported and a span is a no-op.

A span's attributes are names and numbers of the program: routes, statements, commands, sizes. They never have
parameters, keys, query strings, addresses or the messages of errors: these may name a buyer, or be a secret.

Only a recorded trace has spans of statements and commands; the loops of a process that have none write none.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Attributes = Mapping[str, str | int]
Cause = object
"""The span of a request that a batch works for."""


class Recorder(Protocol):
    """What records spans: `kit.span_recorder`. The functions of this module say what its methods do."""

    def request(self, method: str, headers: Iterable[tuple[bytes, bytes]]) -> AbstractContextManager[None]: ...

    def child(self, name: str, attributes: Attributes | None, *, is_call: bool) -> AbstractContextManager[None]: ...

    def work(self, name: str, attributes: Attributes | None, continues: str | None) -> AbstractContextManager[None]: ...

    def batch(self, name: str, causes: Sequence[Cause | None]) -> AbstractContextManager[None]: ...

    def current(self) -> Cause | None: ...

    def describe_response(self, method: str, route: str, status: int) -> None: ...

    def ids(self) -> tuple[str, str] | None: ...


_NOTHING: AbstractContextManager[None] = nullcontext()
_recorder: Recorder | None = None


def record_spans(recorder: Recorder | None) -> None:
    """Turn tracing on in this process, or off."""
    global _recorder  # noqa: PLW0603 - one a process, as the clients that it instruments are
    _recorder = recorder


def recorder() -> Recorder | None:
    """Return what records this process's spans; None while tracing is off."""
    return _recorder


def span(name: str, attributes: Attributes | None = None, *, is_call: bool = True) -> AbstractContextManager[None]:
    """Record the block as part of the current trace, if there is one. `is_call`: it waits for another server."""
    return _NOTHING if _recorder is None else _recorder.child(name, attributes, is_call=is_call)


def work_span(
    name: str, attributes: Attributes | None = None, *, continues: str | None = None
) -> AbstractContextManager[None]:
    """Record the block as work that no request waits for. `continues`: the `traceparent` of the cause."""
    return _NOTHING if _recorder is None else _recorder.work(name, attributes, continues)


def current_span() -> Cause | None:
    """Return the span that is recorded here, for `batch_span`."""
    return None if _recorder is None else _recorder.current()


def batch_span(name: str, causes: Sequence[Cause | None]) -> AbstractContextManager[None]:
    """Record the block as one piece of work for several requests: `causes` are their spans."""
    return _NOTHING if _recorder is None else _recorder.batch(name, causes)


def describe_response(method: str, route: str, status: int) -> None:
    """Name the span of the current request by its route."""
    if _recorder is not None:
        _recorder.describe_response(method, route, status)


def trace_ids() -> tuple[str, str] | None:
    """Return the ids of the recorded trace and span, in hexadecimal."""
    return None if _recorder is None else _recorder.ids()


def exemplar() -> dict[str, str] | None:
    """Return the labels that lead from a measurement to its trace."""
    ids = trace_ids()
    return None if ids is None else {"trace_id": ids[0], "span_id": ids[1]}


def traceparent() -> str | None:
    """Return the current trace for work that continues it (W3C Trace Context)."""
    ids = trace_ids()
    return None if ids is None else f"00-{ids[0]}-{ids[1]}-01"
