"""Who the servers run as. PostgreSQL refuses root, so children of root become somebody else.

An ordinary user's servers run as that user. Root's run as `nobody`, by the first of these that works here:
1. setuid; where `nobody` cannot walk to the data folder (it lies in root's home), setuid that keeps the one
   capability needed to walk there (CAP_DAC_OVERRIDE);
2. a user namespace, in which root is seen as `nobody`.
The last two still reach root's files, but are not root to PostgreSQL; a folder open to `nobody` gives the first.
No account is made and no permission of a parent folder is changed.
"""

import ctypes
import os
import pwd
import signal
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from admitone.roles.embedded.trouble import Trouble

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_PR_SET_NAME = 15
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWUSER = 0x10000000


class Way(Enum):
    """How a child stops being root."""

    STAY = "it is not root"
    SETUID = "setuid"
    SETUID_KEEPING_ACCESS = "setuid, keeping access to folders"
    USER_NAMESPACE = "user namespace"


@dataclass(frozen=True)
class Identity:
    """A user that servers run as, and the way to become it."""

    uid: int
    gid: int
    way: Way

    @property
    def is_other_user(self) -> bool:
        """Whether files must be given to the servers' user, because it is not the one who starts them."""
        return self.way in (Way.SETUID, Way.SETUID_KEEPING_ACCESS)

    def give(self, path: Path) -> None:
        """Make `path` the property of the servers' user; what is inside was written by that user already."""
        if self.is_other_user and path.lstat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def become(self) -> None:
        """Turn the calling (freshly forked) process into this user. Raises `OSError`."""
        if self.way is Way.SETUID:
            _set_user(self.uid, self.gid)
        elif self.way is Way.SETUID_KEEPING_ACCESS:
            _check(_libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))
            _set_user(self.uid, self.gid)
            _keep_capability(_CAP_DAC_OVERRIDE)
        elif self.way is Way.USER_NAMESPACE:
            _enter_user_namespace(self.uid, self.gid)


def choose_identity(data_path: Path, user: str = "nobody") -> Identity:
    """Return whom the servers run as. Raises `Trouble` when root cannot become anybody else here."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), Way.STAY)
    entry = _find_user(user)
    setuid = Way.SETUID if _others_can_reach(data_path.absolute()) else Way.SETUID_KEEPING_ACCESS
    for way in (setuid, Way.USER_NAMESPACE):
        identity = Identity(entry.pw_uid, entry.pw_gid, way)
        if _works(identity):
            return identity
    raise Trouble(
        f"PostgreSQL does not run as root, and root may not become {user} here (setuid and user namespaces are "
        "both forbidden). Start as an ordinary user, or choose a --data folder outside root's home."
    )


def can_run(identity: Identity, program: Path) -> bool:
    """Whether the servers' user may execute `program` where it lies."""
    return _try_as(identity, lambda: os.access(program, os.X_OK))


def die_with_parent(death_signal: signal.Signals) -> None:
    """Have the kernel send `death_signal` to this process when its parent dies, however that dies (Linux).

    To be called after `Identity.become`: a change of user clears it.
    """
    if hasattr(_libc, "prctl"):
        _check(_libc.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0))


def be_nice(niceness: int) -> None:
    """Leave the processors to others where they are short, by so much (1 to 19), and so do the children."""
    os.nice(niceness)
    # Where Linux shares the processors out among sessions first, niceness only counts inside of one; a session has
    # its own. It may not be written by this user, or not now: then it stays as it is.
    autogroup = Path("/proc/self/autogroup")
    with suppress(OSError):
        autogroup.write_text(str(niceness))


def name_process(name: str) -> None:
    """Show `name` (15 bytes at most) as this process's name in `ps` and `/proc/PID/comm` (Linux)."""
    if hasattr(_libc, "prctl"):
        _check(_libc.prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0))


def _find_user(user: str) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(user)
    except KeyError:
        raise Trouble(
            f"PostgreSQL does not run as root, and there is no user {user!r} to become. Start as an ordinary user."
        ) from None


def _others_can_reach(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents if parent.exists())


def _works(identity: Identity) -> bool:
    """Which of the ways is forbidden cannot be asked, only seen."""
    return _try_as(identity, lambda: os.geteuid() != 0)


def _try_as(identity: Identity, question: Callable[[], bool]) -> bool:
    """Answer a question in a child that became `identity`."""
    child = os.fork()
    if child == 0:
        try:
            identity.become()
            os._exit(0 if question() else 1)
        except OSError:
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
    """Reduce this process to one capability that also survives exec (an ambient one)."""
    bit = 1 << capability
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    data = (_CapabilityData * 2)(_CapabilityData(bit, bit, bit), _CapabilityData(0, 0, 0))
    _check(_libc.capset(ctypes.byref(header), data))
    _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def _enter_user_namespace(uid: int, gid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(_libc.unshare(_CLONE_NEWUSER))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
