"""Choose the user that the servers run as. PostgreSQL refuses root, so root's children change their user.

An ordinary user's servers run as that user. Root's run as `nobody` (or another account without a login), by the first
of these ways that works here:

1. setuid; if that user cannot traverse the path to the data folder (it is in root's home), setuid that keeps the one
   capability needed to traverse it (CAP_DAC_OVERRIDE);
2. a user namespace that maps root to `nobody`. It needs no capability, and no account: `initdb` looks up the name of
   its user in /etc/passwd, and sees one there that has it.

With the last two the servers can still read root's files, but PostgreSQL does not see root; a folder open to `nobody`
allows the first. No account is created and no permission of a parent folder changes.
"""

import ctypes
import os
import pwd
import signal
import stat
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from admitone.embedded.startup_error import StartupError

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_PR_SET_NAME = 15
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_BIND = 4096
# The kernel's number for an unmapped user; Debian, Fedora and Alpine call it `nobody`.
_NOBODY = 65_534
_NO_LOGIN = ("nologin", "false")


class Way(Enum):
    """How a child drops root."""

    STAY = "it is not root"
    SETUID = "setuid"
    SETUID_KEEPING_ACCESS = "setuid, keeping access to folders"
    USER_NAMESPACE = "user namespace"


@dataclass(frozen=True)
class Identity:
    """A user that servers run as, and the way to become that user."""

    uid: int
    gid: int
    way: Way
    has_account: bool = True

    @property
    def is_other_user(self) -> bool:
        """Return whether files must be given to the servers' user, because another user starts the servers."""
        return self.way in (Way.SETUID, Way.SETUID_KEEPING_ACCESS)

    @property
    def owner(self) -> tuple[int, int]:
        """Return the user and group that own the servers' files, as this process sees them."""
        return (self.uid, self.gid) if self.is_other_user else (os.geteuid(), os.getegid())

    def give(self, path: Path) -> None:
        """Make the servers' user own `path`, and its contents if an earlier start used another user."""
        uid, gid = self.owner
        if path.lstat().st_uid == uid:
            return
        for folder, _, files in os.walk(path):
            for name in ("", *files):
                os.chown(os.path.join(folder, name).rstrip("/"), uid, gid, follow_symlinks=False)

    def become(self) -> None:
        """Change the calling (freshly forked) process to this user. Raises `OSError`."""
        if self.way is Way.SETUID:
            _set_user(self.uid, self.gid)
        elif self.way is Way.SETUID_KEEPING_ACCESS:
            _check(_libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))
            _set_user(self.uid, self.gid)
            _keep_capability(_CAP_DAC_OVERRIDE)
        elif self.way is Way.USER_NAMESPACE:
            _enter_user_namespace(self.uid, self.gid, has_account=self.has_account)


def choose_identity(data_path: Path) -> Identity:
    """Return the user that the servers run as. Raises `StartupError` if root cannot change to any other user here."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), Way.STAY)
    account = _find_account()
    uid, gid = account or (_NOBODY, _NOBODY)
    setuid = Way.SETUID if _others_can_reach(data_path.absolute()) else Way.SETUID_KEEPING_ACCESS
    for way in (setuid, Way.USER_NAMESPACE) if account else (Way.USER_NAMESPACE,):
        identity = Identity(uid, gid, way, has_account=account is not None)
        if _works(identity):
            return identity
    setuid_needs = "CAP_SETUID, CAP_SETGID, CAP_CHOWN, CAP_KILL and CAP_DAC_OVERRIDE" if account else "a user `nobody`"
    raise StartupError(
        f"PostgreSQL does not run as root, and root cannot change to another user here: setuid needs {setuid_needs}, "
        "and user namespaces are forbidden. Start as an ordinary user (in a container: --user 1000), or allow one "
        "of the two."
    )


def can_reach(identity: Identity, path: Path) -> bool:
    """Return whether the servers' user can traverse the folders above `path`."""
    return _try_as(identity, lambda: bool(os.stat(f"{path.parent}/.")))


def can_run(identity: Identity, arguments: Sequence[str]) -> bool:
    """Return whether the servers' user can execute this program in place and it exits with 0.

    `initdb` looks for `postgres` by access(2), which ignores capabilities: a path that needs one is not enough.
    """

    def execute() -> bool:
        if os.access(arguments[0], os.X_OK | os.R_OK):
            silence = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):
                os.dup2(silence, descriptor)
            os.chdir("/")
            os.execv(arguments[0], list(arguments))  # noqa: S606 - a shell is not needed
        return False

    return _try_as(identity, execute)


def die_with_parent(death_signal: signal.Signals) -> None:
    """Make the kernel send `death_signal` to this process when its parent dies for any reason (Linux).

    Call this after `Identity.become`: a change of user clears it.
    """
    if hasattr(_libc, "prctl"):
        _check(_libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0))


def be_nice(niceness: int) -> None:
    """Lower the scheduling priority of this process and its children by this niceness (1 to 19)."""
    os.nice(niceness)
    # Linux autogroups share the processors among sessions first, and niceness only counts inside a session; this
    # session has its own autogroup. If this user cannot write the file, its priority stays unchanged.
    autogroup = Path("/proc/self/autogroup")
    with suppress(OSError):
        autogroup.write_text(str(niceness))


def name_process(name: str) -> None:
    """Set this process's name in `ps` and `/proc/PID/comm` to `name` (15 bytes at most; Linux)."""
    if hasattr(_libc, "prctl"):
        _check(_libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0))


def _find_account() -> tuple[int, int] | None:
    """Return user and group id of `nobody`, or of another account without a login; None if neither exists."""
    accounts = [account for account in pwd.getpwall() if account.pw_uid != 0]
    named = [account for account in accounts if account.pw_name == "nobody" or account.pw_uid == _NOBODY]
    closed = [account for account in accounts if account.pw_shell.endswith(_NO_LOGIN)]
    return next(((account.pw_uid, account.pw_gid) for account in (*named, *closed)), None)


def _others_can_reach(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents if parent.exists())


def _works(identity: Identity) -> bool:
    """Try the way: no system call tells which privileges a container removed.

    The servers' user must not be root, and the user who starts the servers must reach their files and be able to kill
    them.
    """
    if not _try_as(identity, lambda: os.geteuid() != 0):
        return False
    return not identity.is_other_user or (_can_share_files(identity) and _can_signal(identity))


def _can_share_files(identity: Identity) -> bool:
    with tempfile.TemporaryDirectory(prefix="admitone-") as path:
        folder = Path(path, "private")
        folder.mkdir(mode=0o700)
        try:
            os.chown(folder, *identity.owner)
            folder.joinpath("file").touch()
        except OSError:
            with suppress(OSError):
                os.chown(folder, os.geteuid(), os.getegid())
            return False
    return True


def _can_signal(identity: Identity) -> bool:
    ready, became = os.pipe()
    over, end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(end)
            identity.become()
            os.write(became, b"\n")
            os.read(over, 1)
        finally:
            os._exit(0)
    os.close(became)
    os.read(ready, 1)
    try:
        os.kill(child, 0)
    except PermissionError:
        return False
    finally:
        os.close(end)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(over)
    return True


def _try_as(identity: Identity, question: Callable[[], bool]) -> bool:
    """Evaluate a question in a child process that became `identity`."""
    child = os.fork()
    if child == 0:
        try:
            identity.become()
            os._exit(0 if question() else 1)
        except BaseException:  # noqa: BLE001 - any error means no, and the fork must end here
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _set_user(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _keep_capability(capability: int) -> None:
    """Reduce this process to one capability that survives exec (an ambient one)."""
    bit = 1 << capability
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    data = (_CapabilityData * 2)(_CapabilityData(bit, bit, bit), _CapabilityData(0, 0, 0))
    _check(_libc.capset(ctypes.byref(header), data))
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _enter_user_namespace(uid: int, gid: int, *, has_account: bool) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(_libc.unshare(_CLONE_NEWUSER | (0 if has_account else _CLONE_NEWNS)))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")
    if not has_account:
        _print_account(uid, gid)


def _print_account(uid: int, gid: int) -> None:
    """Mount a file with one additional account over /etc/passwd, in this process's own mount namespace."""
    accounts = Path("/etc/passwd")
    with tempfile.NamedTemporaryFile("w") as shown:
        shown.write(f"{accounts.read_text()}nobody:x:{uid}:{gid}:nobody:/:/usr/sbin/nologin\n")
        shown.flush()
        os.fchmod(shown.fileno(), 0o644)
        _check(_libc.mount(os.fsencode(shown.name), os.fsencode(accounts), None, _MS_BIND, None))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
