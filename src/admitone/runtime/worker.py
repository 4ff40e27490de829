"""The worker: run queued jobs and periodic tasks. Several workers may run at once."""

import asyncio
import logging
import signal
from functools import partial
from typing import Any

from procrastinate.exceptions import ConnectorException

from admitone.booking import jobs as booking_jobs
from admitone.booking.usecases.availability import WordsSeen, count_available, detect_availability_changes
from admitone.booking.usecases.correct_address import lapse_corrections
from admitone.booking.usecases.end_holds import expire_bookings, free_lapsed_holds
from admitone.booking.usecases.erase_old_buyers import erase_old_buyers
from admitone.booking.usecases.offer_places import tend_waiting_lists
from admitone.booking.usecases.resolve_payments import resolve_overdue, resolve_stalled
from admitone.catalogue import jobs as catalogue_jobs
from admitone.catalogue.usecases.delete_unused_pictures import delete_unused_pictures
from admitone.catalogue.usecases.pictures import request_missing_pictures
from admitone.embedded.heartbeat import Beat, beat_regularly
from admitone.kit.job_claims import DEAD_SECONDS, HEARTBEAT_SECONDS, WORKER
from admitone.kit.jobs import run_in_trace
from admitone.kit.loop_lag import measure_loop_lag
from admitone.kit.outages import PROCESS_OUTAGES
from admitone.kit.postgres import Pool, open_pool
from admitone.kit.redis import open_redis
from admitone.kit.tasks import cancel_until_done
from admitone.kit.tracing import work_span
from admitone.mail import jobs as mail_jobs
from admitone.mail.usecases.administer_mails import forget_mails
from admitone.mail.usecases.inform_buyers import remind_buyers
from admitone.mail.usecases.send_mails import send_mails
from admitone.payments import jobs as payments_jobs
from admitone.payments.usecases.capture_clock import measure_captures
from admitone.payments.usecases.provider_events import forget_events
from admitone.payments.usecases.reconcile_payments import reconcile_payments
from admitone.runtime.job_metrics import measure_jobs
from admitone.runtime.settings import Settings
from admitone.runtime.system.figures import record_figures
from admitone.runtime.system.presence import present
from admitone.runtime.wiring import Wiring, open_wiring, utc_now
from admitone.search import jobs as search_jobs
from admitone.search.usecases.indexing import rebuild_index
from admitone.waiting_room.usecases.admission_rounds import serve_queues

ROLE = "worker"
JOBS_AT_ONCE = 8
LAPSED_HOLDS_SECONDS = 0.5
EXPIRE_SECONDS = 1.0
OVERDUE_SECONDS = 5.0
STALLED_SECONDS = 10.0
COUNT_SECONDS = 1.0
WORDS_SECONDS = 3.0
RECONCILE_SECONDS = 300.0
FORGET_SECONDS = 3600.0
SEND_SECONDS = 1.0
REMIND_SECONDS = 600.0
PICTURES_SECONDS = 600.0
SERVE_SECONDS = 0.5
MEASURE_SECONDS = 10.0
TEND_SECONDS = 2.0
# The longest time until a lost search index is noticed; processes that have it open answer from it meanwhile.
INDEX_SECONDS = 10.0
# NOTIFY announces jobs; polling finds those announced while the listener was disconnected.
POLL_SECONDS = 2.0
RESTART_SECONDS = 1.0
# Grace period for running jobs when the worker stops; the host kills the process after 5 s.
GRACE_SECONDS = 3.0
QUEUE_CONNECTIONS_MAX = 4


async def run_worker(settings: Settings, beat: Beat) -> None:
    """Work until SIGTERM or SIGINT, then finish running jobs. `beat` signals that the event loop runs."""
    for name in ("procrastinate.worker", "procrastinate.worker.worker"):
        logging.getLogger(name).addFilter(lambda record: not _is_reported_elsewhere(record))
    async with (
        open_redis(settings.redis_url) as redis,
        open_wiring(settings, redis) as wiring,
        open_pool(settings.database_url, size_max=QUEUE_CONNECTIONS_MAX, autocommit=False) as queue_pool,
        present(redis, [ROLE], now=utc_now),
    ):
        booking_jobs.register(wiring.jobs, wiring.booking, wiring.organizer_booking)
        catalogue_jobs.register(wiring.jobs, wiring.catalogue)
        payments_jobs.register(wiring.jobs, wiring.payments)
        search_jobs.register(wiring.jobs, wiring.search)
        mail_jobs.register(wiring.jobs, wiring.mail)
        rounds = [asyncio.create_task(_every(seconds, work)) for seconds, work in _rounds(wiring)]
        rounds.append(asyncio.create_task(beat_regularly(beat)))
        rounds.append(asyncio.create_task(measure_loop_lag()))
        rounds.append(asyncio.create_task(record_figures(redis, knows_queues=True, now=utc_now)))
        queue = asyncio.create_task(_run_jobs(wiring, queue_pool))
        await _stop_signal()
        # Without PostgreSQL the queue cannot store its results, and loses its first cancellation because of that.
        await cancel_until_done((*rounds, queue), grace_seconds=GRACE_SECONDS)


def _rounds(wiring: Wiring) -> list[tuple[float, partial[Any]]]:
    booking = wiring.booking
    counted: dict[str, int] = {}
    return [
        (LAPSED_HOLDS_SECONDS, partial(free_lapsed_holds, booking)),
        (EXPIRE_SECONDS, partial(expire_bookings, booking)),
        (OVERDUE_SECONDS, partial(resolve_overdue, booking)),
        (STALLED_SECONDS, partial(resolve_stalled, booking)),
        (RECONCILE_SECONDS, partial(reconcile_payments, wiring.payments)),
        (FORGET_SECONDS, partial(forget_events, wiring.payments)),
        (MEASURE_SECONDS, partial(measure_captures, wiring.payments)),
        (PICTURES_SECONDS, partial(request_missing_pictures, wiring.catalogue)),
        (FORGET_SECONDS, partial(delete_unused_pictures, wiring.catalogue)),
        (COUNT_SECONDS, partial(count_available, booking, counted=counted)),
        (WORDS_SECONDS, partial(_outdate_words, wiring, WordsSeen(utc_now()))),
        (INDEX_SECONDS, partial(rebuild_index, wiring.search, only_if_absent=True)),
        (TEND_SECONDS, partial(tend_waiting_lists, booking, seen={})),
        (SERVE_SECONDS, partial(serve_queues, wiring.waiting_room)),
        (MEASURE_SECONDS, partial(measure_jobs, wiring.pool)),
        (HEARTBEAT_SECONDS, partial(_take_over, wiring)),
        (FORGET_SECONDS, partial(forget_mails, wiring.mail)),
        (FORGET_SECONDS, partial(lapse_corrections, booking)),
        (FORGET_SECONDS, partial(erase_old_buyers, wiring.personal_data)),
        *_mail_rounds(wiring),
    ]


def _mail_rounds(wiring: Wiring) -> list[tuple[float, partial[Any]]]:
    """Where no mail server is configured, nothing is written, and nothing is to be sent."""
    if not wiring.mail.is_on:
        return []
    return [(SEND_SECONDS, partial(send_mails, wiring.mail)), (REMIND_SECONDS, partial(remind_buyers, wiring.mail))]


async def _take_over(wiring: Wiring) -> None:
    if wiring.job_claims.is_at_work:
        await wiring.job_claims.take_over()


async def _outdate_words(wiring: Wiring, seen: WordsSeen) -> None:
    if await detect_availability_changes(wiring.booking, seen=seen):
        await wiring.search_index.outdate_words()


async def _every(seconds: float, work: partial[Any]) -> None:
    while True:
        name = work.func.__name__
        with PROCESS_OUTAGES.absorbed(name), work_span(f"round {name}"):
            await work()
        await asyncio.sleep(seconds)


async def _run_jobs(wiring: Wiring, pool: Pool) -> None:
    """Run the queue; restart it when it loses its connection."""
    while True:
        with PROCESS_OUTAGES.absorbed(WORKER):
            async with wiring.jobs.open_async(pool):
                await wiring.jobs.run_worker_async(
                    concurrency=JOBS_AT_ONCE,
                    fetch_job_polling_interval=POLL_SECONDS,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    worker_middleware=[run_in_trace],
                    stalled_worker_timeout=DEAD_SECONDS,
                )
        await asyncio.sleep(RESTART_SECONDS)


def _is_reported_elsewhere(record: logging.LogRecord) -> bool:
    """Return whether the record reports that PostgreSQL is down: the outage log reports that once."""
    return record.exc_info is not None and isinstance(record.exc_info[1], ConnectorException)


async def _stop_signal() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
