"""Logs contain traces, but no rows that PostgreSQL quotes in them."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from admitone.kit.telemetry import configure_logs


class Violation(Exception):
    """Formatted as libpq formats a unique violation."""

    def __str__(self) -> str:
        return (
            'duplicate key value violates unique constraint "buyer_email_key"\n'
            "DETAIL:  Key (email)=(ada@example.org\nand more) already exists.\n"
            "CONTEXT:  COPY buyers, line 1: ada@example.org"
        )


@pytest.fixture
def _logs_are_configured() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs()
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("_logs_are_configured")
def test_a_trace_names_the_failure_but_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()  # on the captured stream
    try:
        raise Violation
    except Violation:
        structlog.get_logger("test").exception("defect")

    line = json.loads(capsys.readouterr().err)
    assert "violates unique constraint" in line["exception"]
    assert "Traceback" in line["exception"]
    assert "ada@example.org" not in line["exception"]
    assert "and more" not in line["exception"]


@pytest.mark.usefixtures("_logs_are_configured")
@pytest.mark.parametrize("library", ["fontTools", "opensearch", "procrastinate", "stripe"])
def test_libraries_log_warnings_only(library: str) -> None:
    assert not logging.getLogger(library).isEnabledFor(logging.INFO)
    assert logging.getLogger(library).isEnabledFor(logging.WARNING)
