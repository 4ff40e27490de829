"""Jobs: written in the transaction that makes them necessary, done at least once, effective once.

The queue is Procrastinate's, in PostgreSQL, so the queue is the outbox. Slices declare jobs in `jobs.py`; use cases
defer them by name through a `Defer`, and import no job.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import psycopg
from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.sql import queries

from admitone.kit.postgres import Connection
from admitone.kit.sql import name_statements
from admitone.kit.tracing import traceparent, work_span

TRACE_ARGUMENT = "_traceparent"
"""The argument of a queued job that names the trace of the request that deferred it."""

name_statements("procrastinate", queries)


class Defer(Protocol):
    """Write a job in the caller's transaction; it runs after the commit, or never if that rolls back."""

    async def __call__(self, conn: Connection, name: str, /, *, wait_seconds: float = 0.0, **arguments: Any) -> None:
        """`wait_seconds`: for how long the queue leaves the job alone first."""


def defer_with(app: App) -> Defer:
    """Return the `Defer` of `app`. Raises what psycopg raises when the connection fails."""

    async def defer(conn: Connection, name: str, /, *, wait_seconds: float = 0.0, **arguments: Any) -> None:
        task = app.configure_task(
            name, allow_unknown=True, connection=conn, schedule_in={"seconds": wait_seconds} if wait_seconds else None
        )
        if (trace := traceparent()) is not None:
            arguments[TRACE_ARGUMENT] = trace
        try:
            await task.defer_async(**arguments)
        except ConnectorException as error:
            # Procrastinate wraps errors of the connection; the caller that began the transaction gets the original.
            if isinstance(error.__cause__, psycopg.Error):
                raise error.__cause__ from error
            raise

    return defer


async def run_in_trace(call_next: Callable[[], Awaitable[Any]], context: JobContext, _worker: object) -> Any:
    """Procrastinate's middleware of every job: continue the trace that deferred it, and hide that from the task.

    A process without tracing runs it too: another process may have deferred the job.
    """
    job = context.job
    continues = job.task_kwargs.pop(TRACE_ARGUMENT, None)
    with work_span(
        f"job {job.task_name}",
        {"admitone.job.attempts": job.attempts},
        continues=continues if isinstance(continues, str) else None,
    ):
        return await call_next()
