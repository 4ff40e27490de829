"""The job queue for Prometheus: how many jobs wait, and since when the oldest one waits. Each worker reports them."""

from msgspec import Struct
from prometheus_client import Gauge

from admitone.kit.postgres import Pool

JOBS = Gauge("admitone_jobs", "Jobs in the queue; waiting: due and not started", ["task", "state"])
OLDEST = Gauge("admitone_oldest_job_seconds", "Age of the oldest job that is due and not started", ["task"])

_READ = """
    with jobs as (
        select
            task_name,
            count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()) as waiting,
            count(*) filter (where status = 'todo' and scheduled_at > now()) as scheduled,
            count(*) filter (where status = 'doing') as running,
            count(*) filter (where status = 'failed') as failed,
            min(id) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()) as oldest_id
        from procrastinate_jobs
        group by task_name
    )
    select
        jobs.*,
        extract(epoch from now() - coalesce(
            oldest.scheduled_at,
            (select min(at) from procrastinate_events where job_id = oldest.id)
        ))::float as oldest_seconds
    from jobs
    left join procrastinate_jobs as oldest on oldest.id = jobs.oldest_id
"""
_STATES = ("waiting", "scheduled", "running", "failed")


class JobCounts(Struct, frozen=True):
    """The jobs of one task. `waiting`: due and not started; `oldest_seconds`: age of the oldest of them."""

    task: str
    waiting: int
    scheduled: int
    running: int
    failed: int
    oldest_seconds: float


async def read_job_counts(pool: Pool) -> list[JobCounts]:
    """Return what the queue holds now, by task; a task without jobs is not in it."""
    async with pool.connection() as conn:
        rows = await (await conn.execute(_READ)).fetchall()
    counts = [
        JobCounts(
            task=row["task_name"],
            waiting=row["waiting"],
            scheduled=row["scheduled"],
            running=row["running"],
            failed=row["failed"],
            oldest_seconds=row["oldest_seconds"] or 0.0,
        )
        for row in rows
    ]
    return sorted(counts, key=lambda found: found.task)


async def measure_jobs(pool: Pool) -> None:
    """Set the gauges to what the queue holds now. A task without jobs disappears from them."""
    found = await read_job_counts(pool)
    JOBS.clear()
    OLDEST.clear()
    for counts in found:
        for state in _STATES:
            JOBS.labels(counts.task, state).set(getattr(counts, state))
        OLDEST.labels(counts.task).set(counts.oldest_seconds)
