"""Jobs that index changes outlast an outage of the search engine."""

from datetime import UTC, datetime, timedelta

from procrastinate.jobs import Job

from admitone.search.jobs import RETRY, WAIT_SECONDS_MAX


def _wait(attempts: int) -> timedelta | None:
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="search.index_events", attempts=attempts)
    decision = RETRY.get_retry_decision(exception=ConnectionError(), job=job)
    if decision is None:
        return None
    assert decision.retry_at is not None
    return decision.retry_at - datetime.now(UTC)


def test_changes_are_indexed_a_minute_after_an_outage_of_a_day() -> None:
    waits: list[timedelta] = []
    while (wait := _wait(len(waits))) is not None:
        waits.append(wait)

    assert waits[0] <= timedelta(seconds=1)
    assert max(waits) <= timedelta(seconds=WAIT_SECONDS_MAX)
    assert sum(waits, timedelta()) > timedelta(hours=23)
