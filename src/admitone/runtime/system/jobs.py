"""The job queue: how many jobs wait, which failed for good, and a new try of one of them."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg.errors import UniqueViolation

from admitone.kit.postgres import Pool
from admitone.kit.refusal import Kind, Refusal

FAILED_MAX = 50
"""The most failed jobs and mails that the screen lists, the newest first."""

ID_DIGITS_MAX = 18
"""A bigint of PostgreSQL holds every number of this length."""

_FAILED = """
    select
        id,
        task_name as task,
        attempts,
        args,
        (select max(at) from procrastinate_events where job_id = jobs.id) as failed_at
    from procrastinate_jobs as jobs
    where status = 'failed'
    order by id desc
    limit %(most)s
"""
# The queue's own function moves the job. It refuses a job in another state by an error, so the state is in the WHERE.
_RETRY = """
    select procrastinate_retry_job_v2(id, now(), null, null, null)
    from (select id from procrastinate_jobs where id = %(id)s::bigint and status = 'failed' for update) as failed
"""


class JobNotRepeatable(Refusal):
    code = "job-not-repeatable"
    kind = Kind.CONFLICT


class FailedJob(Struct, frozen=True):
    """`about`: the ids among its arguments; other arguments may be personal data, and are not shown."""

    id: int
    task: str
    attempts: int
    about: str
    failed_at: datetime | None


async def list_failed_jobs(pool: Pool) -> list[FailedJob]:
    """Return the newest jobs that failed for good."""
    async with pool.connection() as conn:
        rows = await (await conn.execute(_FAILED, {"most": FAILED_MAX})).fetchall()
    return [FailedJob(row["id"], row["task"], row["attempts"], _about(row["args"]), row["failed_at"]) for row in rows]


async def retry_job(pool: Pool, job_id: str) -> None:
    """Let a worker try a failed job again. Raises `JobNotRepeatable`."""
    is_id = job_id.isascii() and job_id.isdigit() and len(job_id) <= ID_DIGITS_MAX
    try:
        async with pool.connection() as conn, conn.transaction():
            moved = (await conn.execute(_RETRY, {"id": int(job_id) if is_id else None})).rowcount
    except UniqueViolation as error:
        raise JobNotRepeatable("The same job waits already for a worker.") from error
    if not moved:
        raise JobNotRepeatable("There is no such job that failed: it may have been tried again already.")


def _about(arguments: dict[str, Any]) -> str:
    ids = [value for name, value in arguments.items() if name.endswith("_id") and isinstance(value, str)]
    for name, values in arguments.items():
        if name.endswith("ids") and isinstance(values, list):
            ids += [str(value) for value in values]
    return ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
