"""Logs as JSON lines with a request id; metrics for Prometheus. Secrets and bodies are never logged."""

import logging
import re
import sys

import structlog

from admitone.kit.tracing import trace_ids

# A detail ends where the next field of the message begins, or the next line of the trace.
_DETAIL = re.compile(
    r"^(DETAIL|CONTEXT):.*?(?=^(?:[A-Z]+:|Traceback|  File|During handling|The above exception)|\Z)",
    re.MULTILINE | re.DOTALL,
)
SECRET_KEYS = frozenset({"authorization", "booking_token", "api_key", "queue_token", "pass", "client_secret", "token"})


def configure_logs(*, level: str = "INFO") -> None:
    """Send structlog and the standard library's logging to stderr as one JSON object a line."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_trace,
        _hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _hide_details,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # nginx keeps the access log
    # They log every glyph table, every search, every job, and every call, twice: 6 % of a booking through Stripe.
    for chatty in ("fontTools", "opensearch", "procrastinate", "stripe"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(
        logging.ERROR
    )  # one line per attempt to connect: kit.outages logs an outage once


def add_trace(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if (ids := trace_ids()) is not None:
        line["trace_id"], line["span_id"] = ids
    return line


def bind_request_id(request_id: bytes | None) -> None:
    """Add the gateway's request id to every log line of a request."""
    structlog.contextvars.clear_contextvars()
    if request_id is not None:
        structlog.contextvars.bind_contextvars(request_id=request_id.decode("latin-1"))


def _hide_details(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Remove the DETAIL of PostgreSQL's errors: it contains rows, with buyers' names and addresses."""
    if "exception" in line:
        line["exception"] = _DETAIL.sub(r"\1: …", line["exception"])
    return line


def _hide_secrets(_logger: object, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for key in SECRET_KEYS & line.keys():
        line[key] = "…"
    return line
