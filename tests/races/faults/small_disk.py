"""Give one server a file system of a few megabytes that only it sees and that fills up as real ones do.

It is mounted between fork and exec in a mount namespace of the server: root mounts it as root, other users in a
user namespace. Where neither is allowed, the server does not start and its caller gets the error.
"""

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

from admitone.embedded.privileges import Identity

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_MS_REC, _MS_PRIVATE = 1 << 14, 1 << 18
_PR_SET_DUMPABLE = 4


@dataclass(frozen=True)
class OnSmallDisk(Identity):
    """Run as the same user, with `disk` (an empty folder) as a file system of `megabytes`."""

    disk: Path = Path()
    megabytes: int = 0

    def become(self) -> None:
        if os.geteuid() == 0:
            _check(_libc.unshare(_CLONE_NEWNS))
            _check(_libc.mount(b"none", b"/", None, _MS_REC | _MS_PRIVATE, None))
            self._mount()
            super().become()
        else:
            super().become()
            self._enter_user_namespace()
            self._mount()

    def _mount(self) -> None:
        uid, gid = self.owner
        options = f"size={self.megabytes}m,mode=0700,uid={uid},gid={gid}"
        _check(_libc.mount(b"tmpfs", os.fsencode(self.disk), b"tmpfs", 0, options.encode()))

    def _enter_user_namespace(self) -> None:
        _check(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNS))
        _check(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0))  # else this process may not write its own maps
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{self.uid} {self.uid} 1")
        Path("/proc/self/gid_map").write_text(f"{self.gid} {self.gid} 1")


def on_small_disk(identity: Identity, disk: Path, megabytes: int) -> OnSmallDisk:
    return OnSmallDisk(identity.uid, identity.gid, identity.way, identity.has_account, disk, megabytes)


def can_mount(identity: OnSmallDisk) -> bool:
    """Try it in a child process: no call tells in advance whether mounting works here."""
    child = os.fork()
    if child == 0:
        try:
            identity.become()
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
