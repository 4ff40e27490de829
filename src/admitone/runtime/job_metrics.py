"""The job queue for Prometheus: how many jobs wait, and since when the oldest one waits. Each worker reports them."""

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


async def measure_jobs(pool: Pool) -> None:
    """Set the gauges to what the queue holds now. A task without jobs disappears from them."""
    async with pool.connection() as conn:
        rows = await (await conn.execute(_READ)).fetchall()
    JOBS.clear()
    OLDEST.clear()
    for row in rows:
        for state in _STATES:
            JOBS.labels(row["task_name"], state).set(row[state])
        OLDEST.labels(row["task_name"]).set(row["oldest_seconds"] or 0.0)
