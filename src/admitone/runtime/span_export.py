"""The exporter of spans, with one line in the log when a collector stops to answer and one when it answers again."""

from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from admitone.kit.outages import OutageLog

TASK = "export of traces"


class ReportingExporter(SpanExporter):
    """Used from the exporting thread. Spans that cannot be exported are dropped."""

    def __init__(self, endpoint: str) -> None:
        self._exporter = OTLPSpanExporter(endpoint)
        self._outages = OutageLog()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._outages.succeeded(TASK)
        else:
            self._outages.failed(TASK, ConnectionError("the collector of traces takes none (see admitone doctor)"))
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()  # type: ignore[no-untyped-call]
