"""A world of its own for the cluster, that the kernel removes with its first process.

The command starts itself again in new namespaces for processes, networks and mounts. A crash leaves nothing: when the
first process of the namespace dies, the kernel kills the others and removes every bridge and address. No address can
be taken, because no other program sees this network.
"""

import ctypes
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

NETWORK = "10.77.0"
TESTER = f"{NETWORK}.1"
_MARK = "ADMITONE_CLUSTER_INSIDE"
_PREFIX = "admitone-cluster-"
_CLONE_NEWNET = 0x40000000
T = TypeVar("T")
_libc = ctypes.CDLL(None, use_errno=True)

# Debian's package of each program.
PROGRAMS = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
    "ip": "iproute2",
    "nft": "nftables",
    "nginx": "nginx-light",
    "keepalived": "keepalived",
    "haproxy": "haproxy",
    "redis-server": "redis-server",
    "redis-cli": "redis-tools",
    "etcd": "etcd-server",
    "faketime": "faketime",
}


def enter(module: str, arguments: Sequence[str], *, pass_fds: Sequence[int] = ()) -> None:
    """Return inside the namespaces; outside, start `python -m module` there in place of this process.

    Exits with the reason if this user may not create namespaces or a program is missing.
    """
    if os.environ.get(_MARK):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        return
    if os.geteuid() != 0:
        sys.exit("error: the cluster needs root: it creates network namespaces.")
    if missing := sorted({package for program, package in PROGRAMS.items() if _find(program) is None}):
        sys.exit(
            f"error: the cluster needs programs of Debian: apt-get install --no-install-recommends {' '.join(missing)}"
        )
    for descriptor in pass_fds:
        os.set_inheritable(descriptor, True)
    os.environ[_MARK] = str(os.getpid())
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    # The first process of a namespace must reap the orphans of the others: bash does.
    first = 'mount -t tmpfs tmpfs /run && mkdir /run/netns /run/lock && "$@"; exit $?'
    options = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    program = [sys.executable, "-m", module, *arguments]
    os.execvp("unshare", ["unshare", *options, "bash", "-c", first, "cluster", *program])  # noqa: S606 - no shell is needed


def outer_pid() -> int:
    """Return the process id that the parent of the namespaces has outside of them."""
    return int(os.environ[_MARK])


def _find(program: str) -> str | None:
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@contextmanager
def cluster_folder() -> Iterator[Path]:
    """Yield an empty folder for the data of all hosts; remove it at the end, and those of crashed clusters now."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), (left / "held").open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    folder.chmod(0o711)
    with (folder / "held").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def create_bridge() -> None:
    """Create the bridge of all hosts; this process has the address `TESTER` on it."""
    _ip("link", "add", "hosts", "type", "bridge")
    _ip("address", "add", f"{TESTER}/24", "dev", "hosts")
    _ip("link", "set", "hosts", "up")


def create_namespace(name: str, address: str) -> None:
    """Create the network namespace of a host, with a cable to the bridge."""
    _ip("netns", "add", name)
    _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
    _ip("link", "set", name, "master", "hosts", "up")
    for words in (["address", "add", f"{address}/24", "dev", "eth0"], ["link", "set", "eth0", "up"]):
        _ip("-netns", name, *words)
    _ip("-netns", name, "link", "set", "lo", "up")


def plug(name: str, *, is_connected: bool) -> None:
    """Connect the cable of a host, or pull it out: nothing arrives or leaves, and the host itself runs on."""
    _ip("link", "set", name, "up" if is_connected else "down")


def filter_packets(name: str, rules: Sequence[str]) -> None:
    """Replace the rules for the packets that the host receives; none: it receives all."""
    table = "flush ruleset\ntable inet faults { chain received {\n type filter hook input priority 0;\n"
    text = table + "".join(f" {rule}\n" for rule in rules) + "}\n}\n"
    subprocess.run(["nsenter", f"--net=/run/netns/{name}", "nft", "-f", "-"], input=text, text=True, check=True)


def call_in(name: str, function: Callable[[], T]) -> T:
    """Return the result of a function that runs on the network of the host."""

    def call() -> T:
        with open(f"/run/netns/{name}", "rb") as namespace:
            if _libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")
        return function()

    with ThreadPoolExecutor(1) as thread:  # a thread of its own: setns moves only the thread that calls it
        return thread.submit(call).result()


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
