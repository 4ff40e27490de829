"""Define `admitone operator …`: who may see and repair the installation in the console."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from admitone.organizers.usecases.deps import Deps

Answer = TypeVar("Answer")
_EMAIL = click.option("--email", required=True, help="The address that the person signs in with.")


@click.group(short_help="Choose who operates the installation in the console.")
def operator() -> None:
    """Choose the people who see the System screen of the console: processes, jobs, mails, settings, faults.

    Operators are members of an organization; the right to operate comes from this server alone.
    """


@operator.command("grant")
@_EMAIL
def operator_grant(*, email: str) -> None:
    """Let a member of an organization operate the installation.

    \b
    Example:
      admitone operator grant --email ada@theatre.example
    """
    from admitone.organizers.usecases.operators import grant_operator

    changed = _run(lambda deps: grant_operator(deps, email=email, user=getpass.getuser()))
    click.echo(f"{changed.name} {'operates' if changed.is_new else 'already operates'} the installation")


@operator.command("revoke")
@_EMAIL
def operator_revoke(*, email: str) -> None:
    """Take the right to operate the installation away, from the next request on.

    \b
    Example:
      admitone operator revoke --email ada@theatre.example
    """
    from admitone.organizers.usecases.operators import revoke_operator

    changed = _run(lambda deps: revoke_operator(deps, email=email, user=getpass.getuser()))
    click.echo(f"{changed.name} {'no longer operates' if changed.is_new else 'did not operate'} the installation")


@operator.command("list")
def operator_list() -> None:
    """List the people who operate the installation.

    \b
    Example:
      admitone operator list
    """
    from admitone.organizers.usecases.operators import list_operators

    found = _run(list_operators)
    for person in found:
        click.echo(
            f"{person.email or 'no address'}  {person.name}  since {person.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )
    if not found:
        click.echo("There is no operator yet: admitone operator grant --email …")


def _run(call: "Callable[[Deps], Awaitable[Answer]]") -> Answer:
    from admitone.kit.postgres import open_pool
    from admitone.organizers.usecases.deps import Deps
    from admitone.runtime.settings import Settings

    settings = Settings.from_environment()

    async def run() -> Answer:
        async with open_pool(settings.database_url) as pool:
            return await call(Deps(pool=pool, now=lambda: datetime.now(UTC)))

    return asyncio.run(run())
