"""System: the installation for its operators: processes, queues, what failed, settings, and doctor's checks."""

from typing import Any

from litestar import Response
from litestar.params import FromPath

from admitone.console.domain.line_chart import plots_of
from admitone.console.domain.navigation import Area
from admitone.console.routes.visit import OpenVisit, Visit, action, screen
from admitone.console.usecases.api import ApiRefused, Problem
from admitone.organizers.contracts import Fresh, Permission

_SYSTEM = "/console/system"
_OPERATE = Permission.OPERATE
_SURE = Fresh(Permission.OPERATE)


@screen(_SYSTEM, needs=_OPERATE, area=Area.SYSTEM, entry=True)
async def show_system(visit: OpenVisit) -> Response[bytes]:
    return await _show(visit)


@screen("/console/system/on-sale", needs=_OPERATE, area=Area.SYSTEM)
async def show_on_sale(visit: OpenVisit) -> Response[bytes]:
    on_sale = await visit.api.get("/organizer/system/on-sale")
    points, captures = on_sale["points"], on_sale["captures"]
    return await visit.render("system_on_sale.html", points=points, plots=plots_of(points or []), captures=captures)


@action("/console/system/checks", needs=_OPERATE, area=Area.SYSTEM)
async def post_checks(visit: OpenVisit) -> Response[bytes]:
    answer = await visit.api.post("/organizer/system/checks")
    if isinstance(answer, Problem):
        raise ApiRefused(answer)
    return await _show(visit, checks=answer.document)


@action("/console/system/jobs/{job_id:str}/retry", needs=_SURE, area=Area.SYSTEM)
async def post_job_retry(visit: OpenVisit, job_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.post(f"/organizer/system/jobs/{job_id}/retry", key=visit.form.key)
    words = answer.detail if isinstance(answer, Problem) else "A worker tries the job again."
    return visit.redirect(_SYSTEM, flash=words)


@action("/console/system/mails/{mail_id:str}/resend", needs=_SURE, area=Area.SYSTEM)
async def post_mail_resend(visit: OpenVisit, mail_id: FromPath[str]) -> Response[bytes]:
    answer = await visit.api.post(f"/organizer/system/mails/{mail_id}/resend", key=visit.form.key)
    words = answer.detail if isinstance(answer, Problem) else "The mail is sent again as a new one."
    return visit.redirect(_SYSTEM, flash=words)


async def _show(visit: Visit, checks: dict[str, Any] | None = None) -> Response[bytes]:
    return await visit.render("system.html", system=await visit.api.get("/organizer/system"), checks=checks)
