"""`/mail/reports`: bounces and complaints, by a provider's webhook or a whole report as mail.

The caller proves itself by the secret of the installation before a byte of the body is read.
"""

import hmac
from collections.abc import Callable

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from admitone.kit.http.access import Connection, bearer_token
from admitone.kit.http.body_limits import BUYER_BYTES_MAX
from admitone.kit.http.declared_request import MEDIA_TYPES
from admitone.kit.http.strict_request import AnyRequest
from admitone.kit.off_loop import off_loop
from admitone.mail.domain.refusals import ReportsAreOff, ReportSecretWrong
from admitone.mail.domain.reports import read_report
from admitone.mail.schemas import ReportIn, ReportOut, report_of
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.receive_report import receive_report

MESSAGE_BYTES_MAX = 2 * 1024 * 1024
"""A report may quote the whole mail, with its tickets as PDF."""


@post(
    "/mail/reports",
    operation_id="reportMail",
    summary="A bounce or a complaint about a mail, from a provider's webhook",
    status_code=200,
    request_max_body_size=BUYER_BYTES_MAX,
)
async def post_report(data: JSONBody[ReportIn], mail_deps: NamedDependency[Deps]) -> ReportOut:
    return ReportOut(await receive_report(mail_deps, report=report_of(data)))


@post(
    "/mail/reports/messages",
    operation_id="reportMailByMessage",
    summary="A bounce (RFC 3464) or a complaint (RFC 5965), as the mail that a server received",
    status_code=200,
    request_max_body_size=MESSAGE_BYTES_MAX,
    opt={MEDIA_TYPES: ("message/rfc822",)},
)
async def post_report_message(request: AnyRequest, mail_deps: NamedDependency[Deps]) -> ReportOut:
    report = await off_loop(read_report, await request.body())
    return ReportOut(await receive_report(mail_deps, report=report))


def reports_router(provide: Callable[[], Deps]) -> Router:
    async def knows_secret(connection: Connection, _handler: BaseRouteHandler) -> None:
        secret = provide().reports_secret
        if secret is None:
            raise ReportsAreOff
        if not hmac.compare_digest((bearer_token(connection) or "").encode(), secret.encode()):
            raise ReportSecretWrong

    return Router(path="/", route_handlers=[post_report, post_report_message], guards=[knows_secret], tags=["Mail"])
