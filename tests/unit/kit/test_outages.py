"""One log line when a failure starts, none while it lasts, one when it is over."""

from typing import Any

import psycopg
import structlog
from redis import exceptions

from admitone.kit.outages import OutageLog
from admitone.kit.refusal import Busy


def lines(logged: list[Any]) -> list[tuple[str, str]]:
    return [(line["event"], line["cause"]) for line in logged]


def test_many_failures_of_one_cause_are_two_lines() -> None:
    time = [100.0]
    outages = OutageLog(now=lambda: time[0])
    with structlog.testing.capture_logs() as logged:
        for number in range(66):
            with outages.absorbed(f"task {number % 11}"):
                raise psycopg.OperationalError("the connection is closed")
        time[0] += 12.5
        for number in range(11):
            with outages.absorbed(f"task {number}"):
                pass

    assert lines(logged) == [("outage began", "postgresql"), ("outage over", "postgresql")]
    assert (logged[1]["seconds"], logged[1]["failures"]) == (12.5, 66)


def refuse(cause: Exception) -> None:
    raise Busy from cause


def test_a_refusal_has_the_cause_of_its_original_exception() -> None:
    outages = OutageLog()
    with structlog.testing.capture_logs() as logged, outages.absorbed("live feed"):
        refuse(exceptions.ConnectionError("refused"))

    assert lines(logged) == [("outage began", "redis")]


def test_other_causes_and_other_outages_have_lines_of_their_own() -> None:
    outages = OutageLog()
    with structlog.testing.capture_logs() as logged:
        for error in (psycopg.OperationalError(), KeyError("a defect"), psycopg.OperationalError(), KeyError("again")):
            outages.failed("a task", error)
        outages.succeeded("another task")
        outages.succeeded("a task")
        outages.failed("a task", psycopg.OperationalError())

    assert lines(logged) == [
        ("outage began", "postgresql"),
        ("background task fails", "KeyError"),
        ("outage over", "postgresql"),
        ("outage over", "KeyError"),
        ("outage began", "postgresql"),
    ]
    assert isinstance(logged[1]["exc_info"], KeyError)


def test_a_cancellation_is_not_absorbed() -> None:
    outages = OutageLog()
    try:
        with outages.absorbed("a task"):
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        return
    raise AssertionError("an interrupt is not an outage")
