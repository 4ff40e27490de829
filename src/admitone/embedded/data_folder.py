"""The data folder of an installation: locked by one supervisor, its sockets reachable by short paths."""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from admitone.embedded.privileges import Identity, can_reach
from admitone.embedded.startup_error import StartupError

# sun_path holds 108 bytes with the closing NUL on Linux, 104 on macOS: the smaller limit is safe everywhere.
SOCKET_PATH_BYTES_MAX = 103
# The longest name in the socket folder: PostgreSQL's lock file.
_LONGEST_NAME = "/.s.PGSQL.5432.lock"
# Alternatives to the temporary folder, which the servers' user may not reach or which may be mounted noexec.
_SHORT_PARENTS = ("/tmp", "/var/tmp", "/run", "/dev/shm", "/var/lib")  # noqa: S108 - the folder made there is checked
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class DataFolder:
    """`path` contains everything that must last, `sockets` only files that live as long as the processes."""

    path: Path
    sockets: Path

    def server_folder(self, name: str, identity: Identity) -> Path:
        """Return `DATA/<name>`, created for that identity only (0700)."""
        folder = self.path / name
        _make_private(folder, identity)
        return folder


@contextmanager
def hold_data_folder(path: Path, identity: Identity) -> Iterator[DataFolder]:
    """Create the folder if missing, lock it against a second supervisor, and yield it.

    Raises `StartupError` if the path cannot be quoted, belongs to another user or is locked already.
    """
    path = path.absolute()
    if any(bad in str(path) for bad in "\"'$\\\n\r"):
        raise StartupError(
            f"The data folder {str(path)!r} has a quote, a dollar sign, a backslash or a line break in "
            "its path, which server settings cannot express. Choose another with --data."
        )
    _make_data_folder(path, identity)
    with _hold_lock(path / "lock"):
        sockets = _socket_folder(path, identity)
        try:
            yield DataFolder(path, sockets)
        finally:
            for folder in short_folders(path):
                for used in (folder, folder.with_name(f"{folder.name}-runtime")):
                    if used.is_dir() and is_ours(used, identity):
                        shutil.rmtree(used, ignore_errors=True)


def _make_data_folder(path: Path, identity: Identity) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartupError(
            f"The data folder {path} cannot be created: {error.strerror}. Choose another with --data."
        ) from error
    if path.stat().st_uid != os.geteuid():
        raise StartupError(
            f"The data folder {path} belongs to another user (id {path.stat().st_uid}). "
            "Start as that user, or choose another folder with --data."
        )
    # Servers that run as another user must traverse this folder; its contents are readable by their owner only.
    path.chmod(0o711 if identity.is_other_user else 0o700)


@contextmanager
def _hold_lock(path: Path) -> Iterator[None]:
    # A kernel lock, not a file with a process id: the kernel releases it however the holder dies.
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise StartupError(
                f"The data folder {path.parent} is in use by process {lock.read().strip() or '?'}. "
                "Stop that one first, or choose another folder with --data."
            ) from None
        path.chmod(0o600)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def short_folders(path: Path) -> list[Path]:
    """Return folders for files that the data folder `path` cannot hold while its servers run, in order of preference.

    A folder may be closed to the servers' user, read-only or mounted noexec: the caller tries each.
    """
    digest = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:12]
    parents = dict.fromkeys((tempfile.gettempdir(), *_SHORT_PARENTS))
    return [Path(parent) / f"admitone-{os.geteuid()}-{digest}" for parent in parents if Path(parent).is_dir()]


def is_ours(folder: Path, identity: Identity | None = None) -> bool:
    """Return whether this is a folder (no link) of the user who starts the servers, or of the servers' user."""
    status = folder.lstat()
    owners = {os.geteuid(), *(() if identity is None else (identity.uid,))}
    return stat.S_ISDIR(status.st_mode) and status.st_uid in owners


def _socket_folder(path: Path, identity: Identity) -> Path:
    inside = path / "run"
    # libpq separates hosts with commas, and URLs give other characters a meaning: sockets get a plain path.
    if _PLAIN.fullmatch(str(inside)) and _holds_sockets(inside):
        _make_private(inside, identity)
        return inside
    refusal: OSError | StartupError | None = None
    for short in short_folders(path):
        if _holds_sockets(short) and can_reach(identity, short):
            try:
                _make_private(short, identity)
            except (OSError, StartupError) as error:
                refusal = error
            else:
                return short
    raise StartupError(
        f"Socket paths in {path} are too long or cannot be quoted, and there is no short folder for them"
        f"{f' ({refusal})' if refusal else ''}. Set TMPDIR to a short folder."
    )


def _holds_sockets(folder: Path) -> bool:
    return len(os.fsencode(f"{folder}{_LONGEST_NAME}")) <= SOCKET_PATH_BYTES_MAX


def _make_private(folder: Path, identity: Identity) -> None:
    """Create a folder for that identity only (0700). Raises `StartupError` if another user planted it."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not is_ours(folder, identity):
            raise StartupError(f"{folder} is not this user's. Remove it, or choose another with --data.") from None
        folder.chmod(0o700)
    identity.give(folder)
