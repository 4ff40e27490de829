"""`admitone doctor`: check the settings and servers, and report each fault with its remedy."""

import os
from collections.abc import Iterator
from pathlib import Path

from admitone.embedded.binaries import find_binaries, wants_embedded
from admitone.embedded.startup_error import StartupError
from admitone.runtime.doctor import Finding, check, examine_servers
from admitone.runtime.server_checks import ServerCheckError
from admitone.runtime.settings import Settings


def examine(
    *, embedded: bool = False, adopt_secret: bool = False, settings_file: Path | None = None
) -> Iterator[Finding]:
    """Run every check separately, so that one fault does not hide the next.

    The embedded servers of the demo are checked only if the host has a package or a setting for each of them, or
    `embedded` is set: a host that uses its own servers does not need them. `adopt_secret` records this host's secret as
    the installation's.
    """
    if embedded or wants_embedded(os.environ):
        yield check("embedded servers", _find_embedded)
    if settings_file is not None:
        yield check("settings file", lambda: _check_settings_file(settings_file))
    settings = _read_settings()
    if isinstance(settings, Finding):
        yield settings
        return
    yield Finding("settings", True, "complete")
    yield from examine_servers(settings, adopt_secret=adopt_secret)


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
