"""Define `admitone person …`: help people who lost access, and export or erase what is stored of a person."""

import sys
from pathlib import Path

import click


@click.group(short_help="Help people who lost access; export or erase a person's data.")
def person() -> None:
    """Help people who lost access to the console; export or erase what is stored of a buyer."""


@person.command("link")
@click.option("--email", required=True, help="The address that the person signs in with.")
def person_link(*, email: str) -> None:
    """Print a one-time link by which a person sets a new password; their sessions end when they use it.

    \b
    Example:
      admitone person link --email ada@theatre.example
    """
    from admitone.cli.accounts import create_person_link

    click.echo(create_person_link(email))


@person.command("export")
@click.option("--email", required=True, help="The buyer's or ticket holder's address.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this new file, not to stdout.")
def person_export(*, email: str, out: Path | None) -> None:
    """Export what is stored of a buyer or ticket holder: one JSON document, without secrets and codes.

    \b
    Examples:
      admitone person export --email ada@example.org
      admitone person export --email ada@example.org --out ada.json
    """
    from admitone.cli.personal_data import export, write_private

    document = export(email)
    if document is None:
        click.echo(f"Nothing is stored of {email}.", err=True)
    elif out is None:
        sys.stdout.buffer.write(document)
    else:
        write_private(out, document)


@person.command("erase")
@click.option("--email", required=True, help="The buyer's or ticket holder's address.")
@click.option("--also-upcoming", is_flag=True, help="Also where a show is still to come.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def person_erase(*, email: str, also_upcoming: bool, yes: bool) -> None:
    """Erase name and address of a buyer or ticket holder; bookings and payments stay, with ids and amounts.

    Bookings that are held, or whose money is open, refuse it. An erasure that was interrupted can be repeated.

    \b
    Examples:
      admitone person erase --email ada@example.org
      admitone person erase --email ada@example.org --also-upcoming --yes
    """
    from admitone.booking.domain.erasure import Reason, obstacle_words
    from admitone.cli.personal_data import erase, look

    found = look(email)
    if found.is_empty:
        click.echo(f"Nothing is stored of {email}.")
        return
    # Only a show that is to come can be ignored.
    ignored = [obstacle for obstacle in found.obstacles if obstacle.reason is Reason.EVENT_AHEAD]
    named = ", ".join(f"{obstacle.booking_id} {obstacle_words(obstacle)}" for obstacle in ignored)
    if ignored and len(ignored) == len(found.obstacles) and not also_upcoming:
        raise click.ClickException(f"Nothing was erased: {named}. To erase anyway: --also-upcoming.")
    if not yes and len(ignored) == len(found.obstacles):
        click.confirm(f"Erase {email} for good?", abort=True)
    erased = erase(email, also_upcoming=also_upcoming)
    for table, count in erased.rows.items():
        click.echo(f"{table}: {count} rows")
    click.echo(f"In the audit trail: people/{erased.data.reference}")
    if not erased.is_whole:
        raise click.ClickException("Rows that are in use now still have the address. Repeat the command in a minute.")
