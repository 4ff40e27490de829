"""`admitone doctor`: check the settings and servers, and report each fault with its remedy."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from admitone.cli.accounts import list_organizations_without_owner
from admitone.cli.server_checks import (
    FAULTS,
    ServerCheckError,
    check_mail_server,
    check_postgresql,
    check_redis,
    check_schema,
    check_secrets,
)
from admitone.embedded.binaries import find_binaries, wants_embedded
from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One check and its outcome."""

    name: str
    good: bool
    detail: str


def examine(
    *, embedded: bool = False, adopt_secret: bool = False, settings_file: Path | None = None
) -> Iterator[Finding]:
    """Run every check separately, so that one fault does not hide the next.

    The embedded servers of the demo are checked only if the host has a package or a setting for each of them, or
    `embedded` is set: a host that uses its own servers does not need them. `adopt_secret` records this host's secret as
    the installation's.
    """
    if embedded or wants_embedded(os.environ):
        yield _check("embedded servers", _find_embedded)
    if settings_file is not None:
        yield _check("settings file", lambda: _check_settings_file(settings_file))
    settings = _read_settings()
    if isinstance(settings, Finding):
        yield settings
        return
    yield Finding("settings", True, "complete")
    yield _check("payments", lambda: _check_payments(settings))
    yield _check("PostgreSQL", lambda: check_postgresql(settings.database_url))
    schema = _check("schema", lambda: check_schema(settings.database_url))
    yield schema
    if schema.good:  # the next checks read its tables
        yield _check("secret", lambda: check_secrets(settings.database_url, settings.secret_keys, adopt=adopt_secret))
        yield _check("organizations", _check_organizations)
    yield _check("Redis", lambda: check_redis(settings.redis_url))
    yield _check("mail", lambda: _check_mail(settings))
    yield Finding("personal data", True, _personal_data(settings))
    yield _check("data folder", lambda: _check_data_folder(settings))


def _check(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except (ServerCheckError, StartupError, *FAULTS) as error:
        return Finding(name, False, str(error).strip() or type(error).__name__)


def _read_settings() -> Settings | Finding:
    try:
        return Settings.from_environment()
    except StartupError as error:
        return Finding("settings", False, f"{error}\n  admitone init writes a settings file")


def _find_embedded() -> str:
    found = find_binaries(os.environ)
    return f"{found.postgres_folder}, {found.redis}, {found.nginx}"


def _check_settings_file(path: Path) -> str:
    if path.stat().st_mode & 0o007:
        raise ServerCheckError(f"{path} holds secrets, and every user of this machine can open it: chmod o= {path}")
    return str(path)


def _check_payments(settings: Settings) -> str:
    if settings.payments == "simulated":
        raise ServerCheckError("tickets are sold for test cards, no real money moves: set ADMITONE_PAYMENTS=stripe")
    return settings.payments


def _check_organizations() -> str:
    # No fault: an organization may sell by API keys alone.
    without = list_organizations_without_owner()
    if not without:
        return "each has an owner in the console"
    commands = "".join(
        f"\n  {name}: admitone organizer link --organizer {organization_id}" for organization_id, name in without
    )
    return f"{len(without)} without an owner in the console; each command prints a link that makes one:{commands}"


def _check_mail(settings: Settings) -> str:
    if settings.mail is None:
        return "off: buyers get no mail, and must keep the link of their booking (ADMITONE_MAIL_URL turns it on)"
    return check_mail_server(settings.mail)


def _personal_data(settings: Settings) -> str:
    if settings.personal_data_days is None:
        return "names and addresses of buyers stay (ADMITONE_PERSONAL_DATA_DAYS erases them by age)"
    return f"names and addresses of buyers are erased {settings.personal_data_days} days after their event"


def _check_data_folder(settings: Settings) -> str:
    folder = settings.data_folder
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        raise ServerCheckError(f"{folder} cannot be written: set ADMITONE_DATA_DIR to a folder of this user")
    return str(folder)
