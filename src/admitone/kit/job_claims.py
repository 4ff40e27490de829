"""Claims on jobs end: a job whose worker lost its database is taken over within a minute, by any worker.

Procrastinate marks a job `doing` with the id of its worker and releases it only when that worker's heartbeat stops. A
job can stay `doing` although its worker still sends heartbeats: PostgreSQL committed the fetch and its answer was lost,
or PostgreSQL was down while the outcome was written. This manager writes the outcome again until it is stored, and puts
back jobs that are `doing` under its worker's id but do not run there.

A job may then run twice at the same time. Every job takes effect once however often it runs (docs/invariants.md, 9).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

import psycopg
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from admitone.kit.outages import PROCESS_OUTAGES

log = structlog.get_logger(__name__)

# A worker sends a heartbeat every few seconds; after a longer silence, its jobs are put back.
HEARTBEAT_SECONDS = 3.0
DEAD_SECONDS = 10.0
# How long a job may be `doing` under our id without running here: longer than it takes to write a fetch or an outcome.
ORPHAN_SECONDS = 20.0
OUTCOME_SECONDS_MAX = 30.0
OUTCOME_PAUSE_SECONDS = 0.5

WORKER = "queue worker"
"""The task name of its failures in the log. The worker never ends, so it counts as succeeded once it has registered."""


class ClaimingJobManager(JobManager):
    """Procrastinate's statements about jobs, and which of them this process runs. One a process."""

    def __init__(self, connector: Any, *, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(connector)
        self._now = now
        self._worker_id: int | None = None
        self._running: set[int] = set()
        self._lost_since: dict[int, float] = {}

    @property
    def is_at_work(self) -> bool:
        """Whether a worker of this process has registered: then the queue is open."""
        return self._worker_id is not None

    async def register_worker(self) -> int:
        self._worker_id = await super().register_worker()
        PROCESS_OUTAGES.succeeded(WORKER)
        return self._worker_id

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        job = await super().fetch_job(queues, worker_id)
        if job is not None and job.id is not None:
            self._running.add(job.id)
        return job

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Store the outcome; retry while PostgreSQL is down."""
        await self._store_outcome(job, lambda: super(ClaimingJobManager, self).finish_job(job, status, delete_job))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Store that the job runs again; retry while PostgreSQL is down."""
        await self._store_outcome(
            job, lambda: super(ClaimingJobManager, self).retry_job(job, retry_at, priority, queue, lock)
        )

    async def take_over(self) -> list[int]:
        """Put back the jobs of dead workers and those that this process lost. Return their ids."""
        stalled = await self.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS)
        # After an outage our own heartbeat is old too: jobs that run here are not put back.
        lost = [job for job in stalled if job.id not in self._running] + await self._find_orphans()
        for job in lost:
            log.warning("job taken over", job_id=job.id, task=job.task_name)
            try:
                await super().retry_job(job)
            except ConnectorException as error:
                if not _is_settled(error):
                    raise
        return [job.id for job in lost if job.id is not None]

    async def _find_orphans(self) -> list[Job]:
        if self._worker_id is None:
            return []
        doing = await self.list_jobs_async(status="doing", worker_id=self._worker_id)
        lost = {job.id: job for job in doing if job.id is not None and job.id not in self._running}
        self._lost_since = {job_id: self._lost_since.get(job_id, self._now()) for job_id in lost}
        return [job for job_id, job in lost.items() if self._now() - self._lost_since[job_id] >= ORPHAN_SECONDS]

    async def _store_outcome(self, job: Job, store: Callable[[], Awaitable[None]]) -> None:
        deadline = self._now() + OUTCOME_SECONDS_MAX
        try:
            while not await self._is_stored(job, store):
                if self._now() > deadline:
                    log.warning("outcome of a job not stored: it runs again", job_id=job.id, task=job.task_name)
                    return
                await asyncio.sleep(OUTCOME_PAUSE_SECONDS)
        finally:
            if job.id is not None:
                self._running.discard(job.id)

    async def _is_stored(self, job: Job, store: Callable[[], Awaitable[None]]) -> bool:
        try:
            await store()
        except ConnectorException as error:
            if _is_settled(error):
                log.info("outcome of a job was stored before", job_id=job.id, task=job.task_name)
                return True
            if not isinstance(error.__cause__, (psycopg.OperationalError, psycopg.InterfaceError)):
                raise
            PROCESS_OUTAGES.failed("outcomes of jobs", error)
            return False
        PROCESS_OUTAGES.succeeded("outcomes of jobs")
        return True


def _is_settled(error: ConnectorException) -> bool:
    """Whether the job has an outcome: the answer to our commit was lost, or another worker took the job over.
    Procrastinate raises then."""
    return isinstance(error.__cause__, psycopg.errors.RaiseException)
