"""Outage log: one line when a cause of failures appears, silence while it lasts, one line when it is over.

While a server is down, every background task of a process fails repeatedly. 66 lines of one cause hide the cause;
two lines show it, with how long it lasted. Requests are not logged here: they answer 503 and are counted.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import structlog

from admitone.kit import redis
from admitone.kit.refusal import Refusal

log = structlog.get_logger(__name__)

POSTGRESQL, REDIS = "postgresql", "redis"


# While a server is down its tasks fail every second or two. A failure after a longer pause is another outage: the task
# that would end the first one may run only once an hour.
QUIET_SECONDS = 10.0


@dataclass
class _Outage:
    began: float
    failed_at: float = 0.0
    failures: int = 0
    tasks: set[str] = field(default_factory=set)


class OutageLog:
    """Used from one event loop. `now` reads a monotonic clock in seconds. A process has one, `PROCESS_OUTAGES`."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._outages: dict[str, _Outage] = {}

    @contextmanager
    def absorbed(self, task: str) -> Iterator[None]:
        """Absorb and log errors of the block: for one round of a background task, which must survive its errors."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - logged below, and the next round tries again
            self.failed(task, error)
        else:
            self.succeeded(task)

    def failed(self, task: str, error: Exception) -> None:
        """Log `error` if its cause is new. A defect is logged with its trace, an unavailable server without."""
        cause, server = _cause_of(error)
        outage = self._outages.get(cause)
        if outage is None or self._now() - outage.failed_at > QUIET_SECONDS:
            outage = self._outages[cause] = _Outage(self._now())
            if server:
                log.warning("outage began", cause=cause, task=task, error=type(error).__name__, detail=str(error)[:300])
            else:
                log.error("background task fails", cause=cause, task=task, exc_info=error)
        outage.failures += 1
        outage.failed_at = self._now()
        outage.tasks.add(task)

    def succeeded(self, task: str) -> None:
        """Log the end of every outage that `task` was in: its dependency answers again.

        It does not wait for other tasks: some run once an hour.
        """
        for cause, outage in list(self._outages.items()):
            if task in outage.tasks:
                del self._outages[cause]
                seconds = round(self._now() - outage.began, 1)
                log.warning("outage over", cause=cause, seconds=seconds, failures=outage.failures)


PROCESS_OUTAGES = OutageLog()
"""For all background tasks of this process, so that one cause is one line."""


def _cause_of(error: BaseException) -> tuple[str, bool]:
    """Return the key that failures of one cause share, and whether the cause is an unavailable server."""
    named: BaseException | None = error
    while named is not None:
        if isinstance(named, redis.UNAVAILABLE):
            return REDIS, True
        if isinstance(named, (psycopg.OperationalError, psycopg.InterfaceError)):  # a pool's time-out is one
            return POSTGRESQL, True
        named = named.__cause__
    if isinstance(error, Refusal):
        return error.code, True
    return type(error).__name__, isinstance(error, OSError)  # a time-out is one
