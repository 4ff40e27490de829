"""Jobs of search: index changes of the catalogue. (The worker ensures that an index exists.)"""

from collections.abc import Sequence

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from admitone.kit.batcher import Batcher
from admitone.search.usecases.deps import Deps
from admitone.search.usecases.indexing import index_events, index_named, rebuild_index

WAIT_SECONDS_MAX = 60
ATTEMPTS_MAX = 1_440
"""About a day: an engine that is away for an evening misses no change, and finds them a minute after its return."""
_LINGER_MS = 20.0
"""A commit costs about 50 ms whatever its size, so concurrent jobs share one."""
_JOBS_A_COMMIT_MAX = 64


class RetryForADay(BaseRetryStrategy):
    """Wait a little longer each time, at most `WAIT_SECONDS_MAX`."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= ATTEMPTS_MAX:
            return None
        return RetryDecision(retry_in={"seconds": min(1 + 2 * job.attempts, WAIT_SECONDS_MAX)})


RETRY = RetryForADay()


def register(jobs: App, deps: Deps) -> None:
    """`search.index_events(event_ids)`, `search.index_named(ids)`, `search.rebuild_index(only_if_absent)`."""

    async def index_together(lists: Sequence[list[str]]) -> list[Exception | None]:
        await index_events(deps, event_ids=[event_id for batch in lists for event_id in batch])
        return [None] * len(lists)

    changes: Batcher[list[str], None] = Batcher(
        index_together, items_max=_JOBS_A_COMMIT_MAX, linger_ms=_LINGER_MS, in_flight_max=1
    )

    @jobs.task(name="search.index_events", retry=RETRY)
    async def _index_events(event_ids: list[str]) -> None:
        await changes.submit(event_ids)

    async def named_together(lists: Sequence[list[str]]) -> list[Exception | None]:
        await index_named(deps, ids=[one_id for batch in lists for one_id in batch])
        return [None] * len(lists)

    named: Batcher[list[str], None] = Batcher(
        named_together, items_max=_JOBS_A_COMMIT_MAX, linger_ms=_LINGER_MS, in_flight_max=1
    )

    @jobs.task(name="search.index_named", retry=RETRY)
    async def _index_named(ids: list[str]) -> None:
        await named.submit(ids)

    @jobs.task(name="search.rebuild_index", retry=RETRY)
    async def _rebuild_index(only_if_absent: bool = False) -> None:
        await rebuild_index(deps, only_if_absent=only_if_absent)
