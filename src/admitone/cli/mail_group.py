"""Define `admitone mail …`: look at the outbox, send a mail again, send a test."""

import sys
from typing import BinaryIO

import click


@click.group(short_help="Look at the mails that are sent, wait or failed.")
def mail() -> None:
    """Manage the outbox: the mails that are sent, wait, or failed."""


@mail.command("list")
@click.option(
    "--state", type=click.Choice(["queued", "claimed", "sending", "sent", "skipped", "failed"]), help="Only these."
)
@click.option("--size", type=click.IntRange(1, 1000), default=50, show_default=True)
def mail_list(*, state: str | None, size: int) -> None:
    """List mails, the newest first, without their recipients.

    \b
    Examples:
      admitone mail list --state failed
      admitone mail list --size 200
    """
    from admitone.cli.mails import print_mails

    print_mails(state, size)


@mail.command("show")
@click.argument("mail_id", metavar="MAIL_ID")
def mail_show(*, mail_id: str) -> None:
    """Show one mail: to whom it goes, its subject as it would be sent now, and the last error.

    \b
    Example:
      admitone mail show mai_…
    """
    from admitone.cli.mails import print_mail

    print_mail(mail_id)


# Of `mail.contracts.MailKind`: what is composed from the booking. The modules of the slices are imported by commands.
BOOKING_KINDS = ("booking_confirmed", "payment_lost", "show_changed", "refund", "reminder", "seat_exchanged")


@mail.command("resend")
@click.argument("mail_ids", nargs=-1, metavar="[MAIL_ID...]")
@click.option("--booking", metavar="BOOKING_ID", help="The newest mail of this booking instead of mails by id.")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(BOOKING_KINDS),
    multiple=True,
    help="With --booking: of this kind. [default: booking_confirmed, the tickets]",
)
def mail_resend(*, mail_ids: tuple[str, ...], booking: str | None, kinds: tuple[str, ...]) -> None:
    """Send mails again that have ended, each as a new mail composed from how things stand now.

    Exit code 1 if one of them cannot be sent again.

    \b
    Examples:
      admitone mail resend mai_… mai_…
      admitone mail resend --booking bkg_…
      admitone mail resend --booking bkg_… --kind refund
    """
    from admitone.cli.mails import resend, resend_of_booking

    if bool(mail_ids) == (booking is not None):
        raise click.UsageError("Give the ids of mails, or --booking.")
    if booking is None and kinds:
        raise click.UsageError("--kind needs --booking.")
    is_whole = resend(mail_ids) if booking is None else resend_of_booking(booking, kinds or BOOKING_KINDS[:1])
    sys.exit(0 if is_whole else 1)


@mail.command("test")
@click.argument("address")
def mail_test(*, address: str) -> None:
    """Send a test mail to ADDRESS: through the outbox and the worker, as all mails.

    \b
    Example:
      admitone mail test you@venue.example
    """
    from admitone.cli.mails import send_test_mail

    send_test_mail(address)
    click.echo("a worker sends it within seconds: admitone mail list shows how it went")


@mail.command("dkim")
def mail_dkim() -> None:
    """Print the DNS record that lets receivers verify the signatures of mails (DKIM).

    \b
    Example:
      admitone mail dkim
    """
    from admitone.cli.mails import print_dkim_record

    print_dkim_record()


@mail.command("report")
@click.argument("message", type=click.File("rb"), default="-")
def mail_report(*, message: BinaryIO) -> None:
    """Receive MESSAGE (default: standard input), a bounce or complaint that a mail server delivered.

    Pipe the mailbox of bounces to it. Exit code 0 also for reports about no mail of this installation; 65 for a
    message that is no report; 75 while the servers do not answer, so that the mail server tries again.

    \b
    Examples:
      admitone mail report < bounce.eml
      bounces: "|/opt/admitone/bin/admitone --settings /etc/admitone/settings.env mail report"    in /etc/aliases
    """
    from admitone.cli.mails import receive_report_message

    sys.exit(receive_report_message(message))


@mail.command("unblock")
@click.argument("address")
def mail_unblock(*, address: str) -> None:
    """Send mail to ADDRESS again, which a bounce or a complaint has blocked.

    \b
    Example:
      admitone mail unblock ada@example.org
    """
    from admitone.cli.mails import unblock

    click.echo("mail is sent to it again" if unblock(address) else "it was not blocked")


@mail.command("sign-out")
@click.argument("address")
def mail_sign_out(*, address: str) -> None:
    """Sign ADDRESS out of My tickets on all devices, and void its sign-in links.

    \b
    Example:
      admitone mail sign-out ada@example.org
    """
    from admitone.cli.mails import end_sessions

    click.echo(f"sessions that ended: {end_sessions(address)}")
