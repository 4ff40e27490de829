"""HTTP for operators: see the installation, check it, retry what failed. An API key never has this permission."""

from collections.abc import Callable
from http import HTTPStatus

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from admitone.kit.http.access import NEEDED, keyed_router
from admitone.kit.http.caching import NO_STORE
from admitone.kit.http.changes import RECORDED
from admitone.kit.http.idempotency import IdempotencyKey
from admitone.kit.redis import UNAVAILABLE
from admitone.mail.usecases.administer_mails import list_mails, resend_mail
from admitone.organizers.contracts import Authenticate, Fresh, Needed, Permission
from admitone.payments.usecases.capture_clock import read_capture_clock
from admitone.runtime.job_metrics import read_job_counts
from admitone.runtime.system.deps import Deps
from admitone.runtime.system.figures import SLOT_SECONDS, read_points
from admitone.runtime.system.jobs import FAILED_MAX, list_failed_jobs, retry_job
from admitone.runtime.system.presence import own_version, read_processes
from admitone.runtime.system.schemas import (
    CapturesOut,
    ChecksOut,
    CreatedMailOut,
    FailedMailOut,
    OnSaleOut,
    ProcessesOut,
    SystemOut,
)
from admitone.runtime.system.shown_settings import show_settings

Given = NamedDependency[Deps]


@get("/system", operation_id="getSystem", summary="Show processes, queues, failures and settings (operators)")
async def get_system(system_deps: Given) -> Response[SystemOut]:
    shown = SystemOut(
        version=own_version(),
        processes=await _processes(system_deps),
        jobs=await read_job_counts(system_deps.pool),
        failed_jobs=await list_failed_jobs(system_deps.pool),
        failed_mails=[
            FailedMailOut(
                id=mail.id,
                kind=mail.kind,
                about=mail.subject_id,
                attempts=mail.attempts,
                created_at=mail.created_at,
                ended_at=mail.ended_at,
                error=mail.error,
                is_repeatable=mail.is_repeatable,
            )
            for mail in await list_mails(system_deps.mail, state="failed", size=FAILED_MAX)
        ],
        settings=show_settings(system_deps.settings),
    )
    return Response(shown, headers=NO_STORE)


@get("/system/on-sale", operation_id="getOnSale", summary="Show the last minutes of sales and load (operators)")
async def get_on_sale(system_deps: Given) -> Response[OnSaleOut]:
    try:
        points = await read_points(system_deps.redis, now=system_deps.now())
    except UNAVAILABLE:
        points = None
    clock = await read_capture_clock(system_deps.pool, now=system_deps.now())
    captures = None if clock is None else CapturesOut.of(clock)
    return Response(OnSaleOut(SLOT_SECONDS, points, captures), headers=NO_STORE)


@post(
    "/system/checks",
    operation_id="checkSystem",
    summary="Run the checks of `admitone doctor` in this process (operators)",
    status_code=HTTPStatus.OK,
    opt={NEEDED: Permission.OPERATE, RECORDED: False},
)
async def post_checks(system_deps: Given) -> Response[ChecksOut]:
    findings, is_complete = await system_deps.checks.run()
    return Response(ChecksOut.of(findings, is_complete=is_complete), headers=NO_STORE)


@post(
    "/system/jobs/{job_id:str}/retry",
    operation_id="retryJob",
    summary="Let a worker try a failed job again (operators)",
    status_code=HTTPStatus.NO_CONTENT,
)
async def post_job_retry(system_deps: Given, job_id: FromPath[str], idempotency_key: IdempotencyKey = None) -> None:
    await retry_job(system_deps.pool, job_id)


@post(
    "/system/mails/{mail_id:str}/resend",
    operation_id="resendFailedMail",
    summary="Send a mail again that failed, as a new one (operators)",
)
async def post_mail_resend(
    system_deps: Given, mail_id: FromPath[str], idempotency_key: IdempotencyKey = None
) -> Response[CreatedMailOut]:
    mail = await resend_mail(system_deps.mail, mail_id=mail_id)
    headers = {**NO_STORE, "Location": f"/organizer/system/mails/{mail.id}"}
    return Response(CreatedMailOut(mail.id), status_code=HTTPStatus.CREATED, headers=headers)


async def _processes(deps: Deps) -> ProcessesOut | None:
    try:
        found, unreadable = await read_processes(deps.redis, now=deps.now())
    except UNAVAILABLE:
        return None  # the page is needed most while a server is down
    return ProcessesOut.of(found, unreadable, own_version=own_version(), now=deps.now())


def router(provide: Callable[[], Deps], authenticate: Authenticate) -> Router:
    to_read: Needed = Permission.OPERATE
    to_write: Needed = Fresh(Permission.OPERATE)
    operators = keyed_router(
        "/organizer",
        [get_system, get_on_sale, post_checks, post_job_retry, post_mail_resend],
        authenticate=authenticate,
        to_read=to_read,
        to_write=to_write,
        tag="Operate",
    )
    dependencies = {"system_deps": Provide(provide, sync_to_thread=False)}
    return Router(path="/", route_handlers=[operators], dependencies=dependencies)
