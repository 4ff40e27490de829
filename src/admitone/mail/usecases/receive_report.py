"""Receive a bounce or a complaint: block the address of the mail that it is about, if that mail is ours."""

import structlog
from prometheus_client import Counter

from admitone.mail.domain.mail_token import find_mail
from admitone.mail.domain.reports import Outcome, Report
from admitone.mail.store.blocked_addresses import block_address
from admitone.mail.usecases.deps import Deps

log = structlog.get_logger(__name__)
REPORTS = Counter("admitone_mail_reports_total", "Bounces and complaints that receivers reported", ["outcome"])

UNKNOWN = "unknown"


async def receive_report(deps: Deps, *, report: Report) -> str:
    """Return what was done: `bounce`, `complaint`, `soft` (nothing is blocked), or `unknown`: the report has no
    Message-ID or envelope that this installation signed, or the mail is deleted. Nothing is believed of it then."""
    mail_id = find_mail(deps.keys, report.names)
    outcome = UNKNOWN if mail_id is None else report.outcome.value
    if mail_id is not None and report.outcome is not Outcome.SOFT:
        async with deps.pool.connection() as conn:
            if not await block_address(conn, mail_id, reason=report.outcome.value, detail=report.detail):
                outcome = UNKNOWN
    REPORTS.labels(outcome).inc()
    log.info("mail report", mail_id=mail_id, outcome=outcome, detail=report.detail)
    return outcome
