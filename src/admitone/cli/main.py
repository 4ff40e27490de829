"""The command line: `admitone COMMAND`. Settings come from the environment or a file; --help shows examples."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from admitone.cli.mail_group import mail
from admitone.cli.operator_group import operator
from admitone.cli.person_group import person
from admitone.cli.setup import gateway, init
from admitone.embedded.gateway import HTTP_ROLES
from admitone.embedded.startup_error import StartupError
from admitone.kit.refusal import Refusal

if TYPE_CHECKING:
    from admitone.runtime.metrics_port import MetricsPort

# Each command imports its dependencies when it runs: `--help` and the demo's supervisor must start without delay.

_PORT_MAX = 65_535


class _Commands(click.Group):
    """Print expected failures as one sentence on stderr and exit with code 1, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (StartupError, Refusal) as no:
            raise click.ClickException(str(no)) from no
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            from admitone.cli.errors import explain_outage

            if (words := explain_outage(error)) is None:
                raise
            raise click.ClickException(words) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="admitone")
@click.option("--settings", "settings_file", type=click.Path(path_type=Path), envvar="ADMITONE_SETTINGS",
              help="Read settings from this file of KEY=VALUE lines, or from ADMITONE_SETTINGS.")  # fmt: skip
def main(*, settings_file: Path | None) -> None:
    """Ticketing where every seat admits one.

    Settings are environment variables, or lines of a file (--settings). An environment variable
    overrides the file.

    \b
    Examples:
      admitone demo                       everything on this machine, with sample events
      admitone init                       write a settings file for servers of your own
      admitone migrate                    migrate ADMITONE_DATABASE_URL to the newest schema
      admitone serve search --port 8101   one role of many, behind your load balancer
      admitone import season.jsonl        venues, performers and events, one JSON object a line
    """
    if settings_file is not None:
        from admitone.runtime.settings_file import load_settings

        load_settings(settings_file)


main.add_command(init)
main.add_command(gateway)
main.add_command(mail)
main.add_command(operator)
main.add_command(person)


@main.command(short_help="Run everything on this machine, with sample events.")
@click.option("--port", type=click.IntRange(0, _PORT_MAX), default=8000, show_default=True, help="0: any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 opens it to your network.")
@click.option("--data", type=click.Path(path_type=Path), default=Path(".admitone"), show_default=True)
@click.option("--events", type=click.IntRange(0), help="Load this many sample events instead of all.")
@click.option("--empty", is_flag=True, help="Start without sample data: an organizer, its key, and no event.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def demo(*, port: int, host: str, data: Path, events: int | None, empty: bool, no_browser: bool) -> None:
    """Run PostgreSQL, Redis, every role and the gateway on this machine, with real sample events.

    All data is in the --data folder and persists between starts. Ctrl-C stops everything.

    \b
    Examples:
      admitone demo
      admitone demo --port 0 --events 500 --no-browser
      admitone demo --empty --data .admitone-mine
      admitone demo --data /srv/admitone --host 0.0.0.0
    """
    if empty and events:
        raise click.UsageError("--empty and --events exclude each other.")
    from admitone.demo.run import DemoOptions, run_demo

    events = 0 if empty else events
    run_demo(DemoOptions(host=host, port=port, data=data, events=events, browser=not no_browser))


def _read_metrics_port(_context: click.Context, _option: click.Parameter, given: str | None) -> "MetricsPort | None":
    if given is None:
        return None
    from admitone.runtime.metrics_port import MetricsPort

    host, _, port = given.rpartition(":")
    if not port.isdecimal() or not 0 < int(port) <= _PORT_MAX:
        raise click.BadParameter(f"{given!r} is no port: give 9100, or an address and a port (0.0.0.0:9100).")
    return MetricsPort(host or "127.0.0.1", int(port))


_metrics_port = click.option(
    "--metrics-port",
    "metrics",
    metavar="[ADDRESS:]PORT",
    callback=_read_metrics_port,
    help="Serve /metrics of this process here; further processes use the ports above it.",
)


@main.command(short_help="Answer HTTP for one or more roles.")
@click.argument("roles", nargs=-1, required=True, type=click.Choice(HTTP_ROLES), metavar="ROLE...")
@click.option("--uds", type=click.Path(path_type=Path), help="Listen on this unix socket instead of a port.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, _PORT_MAX), default=8080, show_default=True)
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes.")
@_metrics_port
def serve(
    *, roles: tuple[str, ...], uds: Path | None, host: str, port: int, workers: int, metrics: "MetricsPort | None"
) -> None:
    """Answer HTTP for these roles: catalogue, search, booking, live, pages, console.

    A socket that systemd passes (a .socket unit) is used instead of --uds, --host and --port.

    \b
    Examples:
      admitone serve catalogue search booking live pages console
      admitone serve live --uds /run/admitone/live.sock --workers 4
      admitone serve booking --workers 2 --metrics-port 9101    each process on a port: 9101, 9102
    """
    from admitone.cli.commands import serve_http

    serve_http(roles, uds=uds, host=host, port=port, workers=workers, metrics=metrics)


@main.command()
@_metrics_port
def worker(*, metrics: "MetricsPort | None") -> None:
    """Run the jobs: captures, refunds, indexing, expiry.

    \b
    Examples:
      admitone worker
      admitone worker --metrics-port 9100
    """
    from admitone.cli.commands import work

    work(metrics)


@main.command(short_help="Migrate the database to the newest schema.")
def migrate() -> None:
    """Migrate the database to the newest schema; safe to run twice, or on two machines at once.

    \b
    Example:
      ADMITONE_DATABASE_URL=postgresql://admitone@db/admitone admitone migrate
    """
    from admitone.cli.commands import migrate_database

    for name in migrate_database():
        click.echo(f"applied {name}")
    click.echo("the schema is up to date")


@main.command("import", short_help="Import venues, performers and events from JSON Lines.")
@click.argument(
    "paths", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--api-key", envvar="ADMITONE_API_KEY", required=True, help="An organizer's key; or ADMITONE_API_KEY.")
def import_(*, paths: tuple[Path, ...], api_key: str) -> None:
    """Import venues, performers and events: JSON Lines, one object a line, in any order.

    Valid lines are imported, invalid ones reported; a repeated import updates. Exit code 1 if a line failed.

    \b
    Example:
      admitone import season.jsonl --api-key ak_…
    """
    from admitone.cli.commands import import_files

    report = import_files(paths, api_key)
    click.echo(
        f"created {report.created}, updated {report.updated}, unchanged {report.unchanged}, failed {report.failed}"
    )
    for failure in report.failures:
        click.echo(f"  line {failure.line} ({failure.id or 'no id'}) {failure.pointer}: {failure.detail}", err=True)
    sys.exit(1 if report.failed else 0)


@main.group()
def search() -> None:
    """Manage the search index."""


@search.command()
def rebuild() -> None:
    """Have a worker rebuild the whole index; searches use the old one meanwhile.

    \b
    Example:
      admitone search rebuild
    """
    from admitone.cli.commands import request_rebuild

    asked = request_rebuild()
    click.echo("a worker will rebuild the index" if asked else "a rebuild is already waiting for a worker")


@main.group()
def organizer() -> None:
    """Create and list the organizations that put events on sale."""


@organizer.command("create")
@click.option("--name", required=True, help="As buyers see it.")
def organizer_create(*, name: str) -> None:
    """Create an organization, print its id and a one-time link that makes its first owner in the console.

    \b
    Example:
      admitone organizer create --name "Kölner Bühnen"
    """
    from admitone.cli.accounts import create_organizer

    organization_id, link = create_organizer(name)
    click.echo(organization_id)
    click.echo(f"the first owner opens this link within 7 days; it works once: {link}", err=True)
    click.echo(f'next: admitone key create --organizer {organization_id} --role owner --name "my laptop"', err=True)


@organizer.command("link")
@click.option("--organizer", "organizer_", required=True, help="Its id (org_…) or its exact name.")
def organizer_link(*, organizer_: str) -> None:
    """Print a one-time link that makes another owner in the console, for an owner who lost access.

    \b
    Example:
      admitone organizer link --organizer "Kölner Bühnen"
    """
    from admitone.cli.accounts import create_owner_link

    click.echo(create_owner_link(organizer_))


@organizer.command("list")
def organizer_list() -> None:
    """List the organizations of this installation.

    \b
    Example:
      admitone organizer list
    """
    from admitone.cli.accounts import print_organizers

    print_organizers()


@main.group()
def key() -> None:
    """Create, list and revoke the API keys of an organization."""


_ORGANIZER = click.option("--organizer", required=True, help="Its id (org_…) or its exact name.")


@key.command("create")
@_ORGANIZER
@click.option("--role", type=click.Choice(["owner", "manager", "box_office", "finance", "scanner"]), required=True)
@click.option("--name", required=True, help="Where the key is used; the list shows it.")
@click.option("--days", type=click.IntRange(1, 3650), help="Days until the key expires; default: never.")
def key_create(*, organizer: str, role: str, name: str, days: int | None) -> None:
    """Create an API key and print it, once: only its hash is stored.

    \b
    Examples:
      admitone key create --organizer org_… --role manager --name "season import"
      admitone key create --organizer "Kölner Bühnen" --role scanner --name "gate north" --days 2
    """
    from admitone.cli.accounts import create_key

    created = create_key(organizer, role=role, name=name, days=days)
    click.echo(created.key)
    click.echo(f"its id is {created.id}; the key itself cannot be shown again", err=True)


@key.command("list")
@_ORGANIZER
def key_list(*, organizer: str) -> None:
    """List an organization's keys: name, role, last use, and whether they work.

    \b
    Example:
      admitone key list --organizer org_…
    """
    from admitone.cli.accounts import print_keys

    print_keys(organizer)


@key.command("revoke")
@_ORGANIZER
@click.argument("key_id", metavar="KEY_ID")
def key_revoke(*, organizer: str, key_id: str) -> None:
    """Revoke a key; every process refuses it within 10 s.

    \b
    Example:
      admitone key revoke key_… --organizer org_…
    """
    from admitone.cli.accounts import revoke_key

    revoke_key(organizer, key_id)
    click.echo(f"{key_id} is revoked")


@main.group(short_help="Change the secret that signs tickets and links.")
def secret() -> None:
    """Manage the secret that signs tokens, links and ticket codes."""


@secret.command("rotate")
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Change it there.")
@click.option("--prepare", "step", flag_value="prepare", help="Append a secret that verifies only.")
@click.option("--promote", "step", flag_value="promote", help="Make the prepared secret sign.")
@click.option("--forget", "step", flag_value="forget", help="Keep only the newest; older links and codes fail.")
def secret_rotate(*, path: Path | None, step: str | None) -> None:
    """Put a new secret in front; earlier ones still verify their signatures.

    Without --file the new value of ADMITONE_SECRET_KEY is printed. Restart the processes afterwards. On several
    machines: --prepare, restart all, --promote, restart all.

    \b
    Examples:
      admitone secret rotate --file /etc/admitone/settings.env
      ADMITONE_SECRET_KEY=… admitone secret rotate
      admitone secret rotate --file settings.env --forget
    """
    from admitone.cli.secret_ring import change_ring

    click.echo(change_ring(path, step or "rotate"))


@main.command(short_help="Check settings and servers and report faults.")
@click.option("--embedded", is_flag=True, help="Check the demo's servers even if they are not installed.")
@click.option("--adopt-secret", is_flag=True, help="Record this host's secret as the one that all hosts must have.")
@click.pass_context
def doctor(ctx: click.Context, *, embedded: bool, adopt_secret: bool) -> None:
    """Check settings and servers and report each fault with its remedy; exit code 1 if there is one.

    Lines begin with ok, FAIL, or ? for a check that this host cannot make.

    Run it on every host: the database keeps an id of the secret, and a host with another secret is a fault.

    \b
    Examples:
      admitone doctor
      admitone --settings /etc/admitone/settings.env doctor
    """
    from admitone.cli.doctor import examine

    assert ctx.parent is not None
    findings = []
    settings_file = ctx.parent.params["settings_file"]
    for finding in examine(embedded=embedded, adopt_secret=adopt_secret, settings_file=settings_file):
        verdict = "FAIL" if finding.is_fault else "ok" if finding.good else "?"
        click.echo(f"{verdict:4}  {finding.name}: {finding.detail}")
        findings.append(finding)
    sys.exit(1 if any(finding.is_fault for finding in findings) else 0)
