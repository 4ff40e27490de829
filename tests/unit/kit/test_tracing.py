"""Spans: batches are linked with their requests, jobs continue traces, and no span has the words of an error."""

import asyncio
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from procrastinate import JobContext

from admitone.kit.batcher import Batcher
from admitone.kit.http.request_metrics import observe_request
from admitone.kit.jobs import TRACE_ARGUMENT, run_in_trace
from admitone.kit.refusal import Busy
from admitone.kit.span_recorder import SpanRecorder, TraceIds
from admitone.kit.telemetry import add_trace
from admitone.kit.tracing import current_span, exemplar, record_spans, span, traceparent

TRACE, PARENT = "ab" * 16, "cd" * 8


class Recorded:
    def __init__(self, recorder: SpanRecorder, exporter: InMemorySpanExporter) -> None:
        self.recorder = recorder
        self._exporter = exporter

    def find(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self._exporter.get_finished_spans() if span.name == name]
        return found

    @property
    def names(self) -> list[str]:
        return [span.name for span in self._exporter.get_finished_spans()]


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    ids, exporter = TraceIds(), InMemorySpanExporter()
    provider = TracerProvider(id_generator=ids, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    recorder = SpanRecorder(provider.get_tracer("tests"), ids)
    record_spans(recorder)
    yield Recorded(recorder, exporter)
    record_spans(None)


def context_of(found: ReadableSpan) -> tuple[str, str]:
    assert found.context is not None
    return f"{found.context.trace_id:032x}", f"{found.context.span_id:016x}"


def test_without_a_recorder_nothing_is_recorded() -> None:
    with span("a statement"):
        assert (current_span(), traceparent(), exemplar()) == (None, None, None)


async def test_a_request_has_the_id_that_the_gateway_logs(recorded: Recorded) -> None:
    with recorded.recorder.request("POST", [(b"x-trace-id", TRACE.encode())]):
        observe_request("POST", "/booking/checkout", 503, 0.1)
    with recorded.recorder.request("BREW", [(b"x-trace-id", b"0" * 32)]):
        pass

    found = recorded.find("POST /booking/checkout")
    assert context_of(found)[0] == TRACE
    assert found.parent is None
    assert not found.status.is_ok
    assert context_of(recorded.find("other"))[0] not in (TRACE, "0" * 32)


async def test_a_request_continues_the_trace_of_a_proxy(recorded: Recorded) -> None:
    with recorded.recorder.request("GET", [(b"traceparent", f"00-{TRACE}-{PARENT}-01".encode())]), span("part"):
        pass

    assert context_of(recorded.find("part"))[0] == context_of(recorded.find("GET"))[0] == TRACE
    parent = recorded.find("GET").parent
    assert parent is not None
    assert f"{parent.span_id:016x}" == PARENT


async def test_only_a_trace_has_parts(recorded: Recorded) -> None:
    with span("a statement of a loop"):
        pass

    assert recorded.names == []


async def test_a_batch_is_linked_with_its_requests(recorded: Recorded) -> None:
    async def execute(items: Sequence[int]) -> Sequence[int | Exception]:
        with span("statement"):
            return items

    batcher = Batcher(execute, name="sales")

    async def request(number: int) -> None:
        with recorded.recorder.request(("GET", "PUT", "POST")[number], []):
            await batcher.submit(number)

    await asyncio.gather(*(request(number) for number in range(3)))

    batch, first = recorded.find("batch sales"), recorded.find("GET")
    others = [recorded.find(name) for name in ("PUT", "POST")]
    assert batch.parent is not None
    assert batch.parent.span_id == (first.context and first.context.span_id)
    assert [link.context for link in batch.links] == [other.context for other in others]
    assert [[link.context for link in other.links] for other in others] == [[batch.context]] * 2
    assert context_of(recorded.find("statement"))[0] == context_of(first)[0]
    assert dict(batch.attributes or {}) == {"admitone.batch.items": 3}


async def test_a_batch_for_no_recorded_request_is_in_no_trace(recorded: Recorded) -> None:
    """The task that executes it was started by a recorded request, and has its context."""
    entered, leave, end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def execute(items: Sequence[int]) -> Sequence[int | Exception]:
        entered.set()
        await leave.wait()
        with span(f"statement {items[0]}"):
            return items

    batcher = Batcher(execute, name="sales", in_flight_max=1)

    async def request() -> None:
        with recorded.recorder.request("GET", []):
            await batcher.submit(1)
            await end.wait()

    first = asyncio.create_task(request())
    await entered.wait()
    second = batcher.put(2)
    leave.set()
    await second
    end.set()
    await first

    assert sorted(recorded.names) == ["GET", "batch sales", "statement 1"]


@pytest.mark.parametrize(
    ("error", "attributes"),
    [
        (ValueError("ada@example.org"), {"error.type": "ValueError"}),
        (Busy("for ada@example.org"), {"admitone.refusal": "busy"}),
    ],
)
async def test_no_span_has_the_words_of_an_error(
    recorded: Recorded, error: Exception, attributes: dict[str, str]
) -> None:
    with pytest.raises(type(error)), recorded.recorder.request("GET", []), span("statement"):
        raise error

    found = recorded.find("statement")
    assert dict(found.attributes or {}) == attributes
    assert "ada@example.org" not in found.to_json()


async def test_a_job_continues_its_trace_and_its_task_does_not_see_it(recorded: Recorded) -> None:
    await run(given := {"booking_id": "bkg_1", TRACE_ARGUMENT: f"00-{TRACE}-{PARENT}-01"})

    assert given == {"booking_id": "bkg_1"}
    assert context_of(recorded.find("job tests.job"))[0] == TRACE


async def test_a_worker_without_traces_hides_them_from_its_tasks() -> None:
    await run(given := {"booking_id": "bkg_1", TRACE_ARGUMENT: f"00-{TRACE}-{PARENT}-01"})

    assert given == {"booking_id": "bkg_1"}


async def run(arguments: dict[str, Any]) -> None:
    job = SimpleNamespace(task_name="tests.job", attempts=0, task_kwargs=arguments)

    async def task() -> None: ...

    await run_in_trace(task, cast(JobContext, SimpleNamespace(job=job)), None)


async def test_lines_of_the_log_name_their_trace(recorded: Recorded) -> None:
    with recorded.recorder.request("GET", []):
        line = add_trace(None, "", {})
        assert exemplar() == dict(line)

    assert (line["trace_id"], line["span_id"]) == context_of(recorded.find("GET"))
    assert add_trace(None, "", {}) == {}
