"""Implement `admitone mail …`; `mail_group` parses its arguments."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import BinaryIO, TypeVar

from rich.console import Console

from admitone.cli.errors import explain_outage
from admitone.cli.tables import make_table, print_table
from admitone.embedded.startup_error import StartupError
from admitone.kit.redis import open_redis
from admitone.kit.refusal import Refusal
from admitone.kit.text import clean_name, email_fault
from admitone.mail.adapters.dkim import DkimKeyUnusable, dns_record
from admitone.mail.contracts import MailKind
from admitone.mail.domain.reports import ReportUnreadable, read_report
from admitone.mail.drawing.message import Sender
from admitone.mail.usecases.administer_mails import (
    list_mails,
    resend_booking_mail,
    resend_mail,
    send_test,
    show_mail,
    unblock_mail,
)
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.receive_report import receive_report
from admitone.mail.usecases.sign_in import sign_out_everywhere
from admitone.runtime.mail_settings import MailSettings
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import open_wiring

Answer = TypeVar("Answer")
EX_DATAERR, EX_TEMPFAIL = 65, 75
REPORT_BYTES_MAX = 16 * 1024 * 1024
"""What follows is cut off: a report is in the first parts of its message."""


def print_mails(state: str | None, size: int) -> None:
    mails = _run(lambda deps: list_mails(deps, state=state, size=size))
    table = make_table("id", "kind", "about", "state", "attempts", "created", "error")
    for mail in mails:
        attempts, created = str(mail.attempts), _moment(mail.created_at)
        table.add_row(mail.id, mail.kind, mail.subject_id, mail.state, attempts, created, mail.error or "")
    print_table(table, "There is no mail." if state is None else "There is no mail in this state.")


def print_mail(mail_id: str) -> None:
    """Print one mail. Raises `MailNotFound`."""
    shown = _run(lambda deps: show_mail(deps, mail_id=mail_id))
    mail = shown.mail
    lines = {
        "id": mail.id,
        "kind": mail.kind,
        "about": f"{mail.subject_id}, version {mail.version}, copy {mail.copy}",
        "to": shown.recipient or "erased",
        "subject": shown.subject or f"none: {shown.reason}",
        "state": mail.state,
        "attempts": f"{mail.attempts}, of which {mail.unsure} without a known outcome",
        "created": _moment(mail.created_at),
        "ended": "not yet" if mail.ended_at is None else _moment(mail.ended_at),
        "error": mail.error or "none",
    }
    console = Console(highlight=False, soft_wrap=True)
    for name, text in lines.items():
        console.print(f"{name:<9} {text}", markup=False)


def resend(mail_ids: Sequence[str]) -> bool:
    """Send each again and print its new id; return whether all could be."""

    async def resend_all(deps: Deps) -> bool:
        is_whole = True
        for mail_id in mail_ids:
            try:
                copied = await resend_mail(deps, mail_id=mail_id)
            except Refusal as refusal:
                sys.stderr.write(f"{mail_id}: {refusal.detail}\n")
                is_whole = False
            else:
                sys.stdout.write(f"{mail_id} is sent again as {copied.id}\n")
        return is_whole

    return _run(resend_all)


def resend_of_booking(booking_id: str, kinds: Sequence[str]) -> bool:
    """Send the booking's newest mail of each kind again and print its id; return whether all could be."""

    async def resend_all(deps: Deps) -> bool:
        is_whole = True
        for kind in kinds:
            try:
                sent = await resend_booking_mail(deps, booking_id=booking_id, kind=MailKind(kind))
            except Refusal as refusal:
                sys.stderr.write(f"{booking_id} {kind}: {refusal.detail}\n")
                is_whole = False
            else:
                sys.stdout.write(f"{booking_id} {kind} is sent again as {sent.id}\n")
        return is_whole

    return _run(resend_all)


def send_test_mail(address: str) -> None:
    """Put a test mail into the outbox. Raises `StartupError` for text that is no address, and without a mail server."""
    address = clean_name(address)
    if (fault := email_fault(address)) is not None:
        raise StartupError(fault)
    _run(lambda deps: send_test(deps, recipient=address), needs_server=True)


def print_dkim_record() -> None:
    """Print the DNS record of the key that signs. Raises `StartupError` without a key."""
    settings = _mail_settings()
    if settings.dkim is None:
        raise StartupError(
            "Mails are not signed: set ADMITONE_MAIL_DKIM_KEY_FILE and ADMITONE_MAIL_DKIM_SELECTOR"
            " (openssl genrsa -out dkim.pem 2048 makes a key)."
        )
    try:
        name, strings = dns_record(settings.dkim, Sender(settings.from_address).domain)
    except DkimKeyUnusable as error:
        raise StartupError(f"{error}.") from error
    quoted = " ".join(f'"{text}"' for text in strings)
    sys.stdout.write(f"{name}. IN TXT ( {quoted} )\n")


def receive_report_message(message: BinaryIO) -> int:
    """Receive a report, print what was done, and return the exit code for a mail server (sysexits)."""
    raw = message.read(REPORT_BYTES_MAX)
    try:
        report = read_report(raw)
    except ReportUnreadable as refusal:
        sys.stderr.write(f"{refusal.detail}\n")
        return EX_DATAERR
    try:
        outcome = _run(lambda deps: receive_report(deps, report=report))
    except Exception as error:
        words = str(error) if isinstance(error, StartupError) else explain_outage(error)
        if words is None:
            raise
        sys.stderr.write(f"{words}\n")
        return EX_TEMPFAIL  # the mail server keeps the report and tries again
    sys.stdout.write(f"{outcome}\n")
    return 0


def unblock(address: str) -> bool:
    """Lift the block of an address; return False where there was none."""
    return _run(lambda deps: unblock_mail(deps, address=clean_name(address)))


def end_sessions(address: str) -> int:
    """Sign an address out on all devices; return how many sessions ended."""
    return _run(lambda deps: sign_out_everywhere(deps, address=clean_name(address)))


def _run(call: Callable[[Deps], Awaitable[Answer]], *, needs_server: bool = False) -> Answer:
    settings = Settings.from_environment()
    if needs_server:
        _mail_settings(settings)

    async def run() -> Answer:
        async with open_redis(settings.redis_url) as redis, open_wiring(settings, redis) as wiring:
            return await call(wiring.mail)

    return asyncio.run(run())


def _mail_settings(settings: Settings | None = None) -> MailSettings:
    mail = (settings or Settings.from_environment()).mail
    if mail is None:
        raise StartupError("No mail server is configured: set ADMITONE_MAIL_URL and ADMITONE_MAIL_FROM.")
    return mail


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
