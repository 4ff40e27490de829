"""The worker: runs the queue's jobs, and looks after what time alone changes. Several may run at once."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial

import structlog

from admitone.booking import jobs as booking_jobs
from admitone.booking.usecases.count_available import count_available
from admitone.booking.usecases.expire_bookings import expire_bookings
from admitone.booking.usecases.follow_words import WordsSeen, follow_words
from admitone.booking.usecases.reap_holds import reap_holds
from admitone.booking.usecases.resolve_payment import resolve_overdue, resolve_stalled
from admitone.kit.redis import open_redis
from admitone.payments import jobs as payments_jobs
from admitone.payments.usecases.forget_events import forget_events
from admitone.payments.usecases.reconcile_payments import reconcile_payments
from admitone.roles.embedded.pulse import Beat, beat_regularly
from admitone.roles.settings import Settings
from admitone.roles.wiring import Wiring, open_wiring, utc_now
from admitone.search import jobs as search_jobs
from admitone.search.usecases.rebuild_index import rebuild_index
from admitone.waiting_room.usecases.serve_queues import serve_queues

log = structlog.get_logger(__name__)

JOBS_AT_ONCE = 8
NICENESS = 10
REAP_SECONDS = 0.5
EXPIRE_SECONDS = 1.0
OVERDUE_SECONDS = 5.0
STALLED_SECONDS = 10.0
COUNT_SECONDS = 1.0
WORDS_SECONDS = 3.0
RECONCILE_SECONDS = 300.0
FORGET_SECONDS = 3600.0
# A worker says so often that it lives; silent for longer, its jobs are somebody else's.
HEARTBEAT_SECONDS = 3.0
DEAD_SECONDS = 10.0
SERVE_SECONDS = 0.5
# So long at most nobody notices that the search index is lost: whoever has it open answers from it meanwhile.
INDEX_SECONDS = 10.0
# Jobs are announced by NOTIFY; polling is for what was missed while the listener was away.
POLL_SECONDS = 2.0


async def run_worker(settings: Settings, beat: Beat) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first. `beat` tells that the event loop turns."""
    # On a machine that both sells and works, selling goes first: captures and indexing wait for the rush to end.
    os.nice(NICENESS)
    async with open_redis(settings.redis_url) as redis, open_wiring(settings, redis) as wiring:
        booking_jobs.register(wiring.jobs, wiring.booking, wiring.organizer_booking)
        payments_jobs.register(wiring.jobs, wiring.payments)
        search_jobs.register(wiring.jobs, wiring.search)
        rounds = [asyncio.create_task(round_) for round_ in _rounds(wiring)]
        rounds.append(asyncio.create_task(beat_regularly(beat)))
        queue = asyncio.create_task(_run_jobs(wiring))
        await _stop_signal()
        for task in (*rounds, queue):
            task.cancel()
        await asyncio.gather(*rounds, queue, return_exceptions=True)


def _rounds(wiring: Wiring) -> list[Coroutine[None, None, None]]:
    booking = wiring.booking
    counted: dict[str, int] = {}
    return [
        _every(REAP_SECONDS, partial(reap_holds, booking)),
        _every(EXPIRE_SECONDS, partial(expire_bookings, booking)),
        _every(OVERDUE_SECONDS, partial(resolve_overdue, booking)),
        _every(STALLED_SECONDS, partial(resolve_stalled, booking)),
        _every(RECONCILE_SECONDS, partial(reconcile_payments, wiring.payments)),
        _every(FORGET_SECONDS, partial(forget_events, wiring.payments)),
        _every(COUNT_SECONDS, partial(count_available, booking, counted=counted)),
        _every(WORDS_SECONDS, partial(_outdate_words, wiring, WordsSeen(utc_now()))),
        _every(INDEX_SECONDS, partial(rebuild_index, wiring.search, only_if_absent=True)),
        _every(SERVE_SECONDS, partial(serve_queues, wiring.waiting_room)),
    ]


async def _outdate_words(wiring: Wiring, seen: WordsSeen) -> None:
    if await follow_words(wiring.booking, seen=seen):
        await wiring.search_index.outdate_words()


async def _every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except Exception as error:
            log.error("round failed", exc_info=error)
        await asyncio.sleep(seconds)


async def _run_jobs(wiring: Wiring) -> None:
    """Run the queue; when its connection is lost, come back."""
    while True:
        try:
            async with wiring.jobs.open_async(), _taking_over(wiring):
                await wiring.jobs.run_worker_async(
                    concurrency=JOBS_AT_ONCE,
                    fetch_job_polling_interval=POLL_SECONDS,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=DEAD_SECONDS,
                )
        except Exception as error:
            log.error("queue stopped", exc_info=error)
        await asyncio.sleep(1)


@asynccontextmanager
async def _taking_over(wiring: Wiring) -> AsyncIterator[None]:
    """While the queue is open, jobs whose worker died in the middle of them are put back: each runs at least once."""
    task = asyncio.create_task(_every(HEARTBEAT_SECONDS, partial(_take_over, wiring)))
    try:
        yield
    finally:
        task.cancel()


async def _take_over(wiring: Wiring) -> None:
    manager = wiring.jobs.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS):
        log.warning("job taken over", job_id=job.id, task=job.task_name)
        await manager.retry_job(job)


async def _stop_signal() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
