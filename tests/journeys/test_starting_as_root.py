"""Root starts PostgreSQL and Redis: below a folder that only root can enter, on unusual mounts, with few privileges.

Each test runs `start_servers.py` in mount and user namespaces of its own, made by util-linux. Programs, data and
temporary folder are below one closed folder (0700), as in root's home on a fresh server.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from admitone.embedded.binaries import find_binaries

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="these tests must run as root"),
    pytest.mark.skipif(not (shutil.which("unshare") and shutil.which("setpriv")), reason="needs unshare and setpriv"),
    pytest.mark.xdist_group("starting as root"),
]

PROGRAM = Path(__file__).with_name("start_servers.py")
# The kernel lets no process in a chroot make a user namespace.
FORBID_USER_NAMESPACES = "mkdir -p $HOME/root; mount --rbind / $HOME/root"
ONLY_ROOT = "root:x:0:0:root:/root:/bin/sh"


class Home:
    """A closed folder with copies of the servers' programs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        binaries = find_binaries(os.environ)
        programs = path / "programs"
        package = binaries.postgres_folder.parent
        shutil.copytree(package, programs / package.parent.name / package.name, symlinks=True)
        libraries = package.parent.with_name(f"{package.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, programs / libraries.name)
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(PROGRAM.parents[2]), *sys.path]),
            "HOME": str(path),
            "TMPDIR": str(path / "tmp"),
            "ADMITONE_POSTGRES_BIN": str(programs / package.parent.name / package.name / "bin"),
            "ADMITONE_REDIS_BIN": shutil.copy2(binaries.redis, programs),
            "ADMITONE_NGINX_BIN": shutil.copy2(binaries.nginx, programs),
        }
        (path / "tmp").mkdir(mode=0o700)

    def start(self, *, before: str = "", root: str = "/", without: tuple[str, ...] = (), times: int = 1) -> str:
        """Start both servers after the shell commands `before`, without these capabilities. Return the output."""
        limits = ",".join(f"-{name}" for name in without) or "+all"
        program = f'{before}\nexec chroot {root} setpriv --bounding-set={limits} "$@"'
        ended = subprocess.run(
            [
                "unshare",
                "--mount",
                "sh",
                "-ec",
                program,
                "sh",
                sys.executable,
                str(PROGRAM),
                self.path / "data",
                str(times),
            ],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return (ended.stdout + ended.stderr).strip()


@pytest.fixture(scope="module")
def closed() -> Iterator[Home]:
    path = Path(tempfile.mkdtemp(prefix="admitone-root-", dir="/var/tmp"))
    yield Home(path)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def home(closed: Home) -> Iterator[Home]:
    yield closed
    shutil.rmtree(closed.path / "data", ignore_errors=True)


def test_below_a_folder_that_only_root_enters(home: Home) -> None:
    assert home.start(times=2) == "setuid, keeping access to folders: both answer"


def test_copies_for_the_servers_are_removed_when_they_stop(home: Home) -> None:
    home.start()

    assert list(home.path.joinpath("tmp").iterdir()) == []


@pytest.mark.parametrize("options", ["noexec", "ro"])
def test_with_temporary_folders_that_hold_no_programs(home: Home, options: str) -> None:
    said = home.start(before=f"for folder in /tmp $TMPDIR; do mount -t tmpfs -o {options} none $folder; done")

    assert said == "setuid, keeping access to folders: both answer"


def test_in_a_home_on_another_file_system(home: Home) -> None:
    said = home.start(before="mkdir -p $HOME/data; mount -t tmpfs -o mode=0700 none $HOME/data")

    assert said == "setuid, keeping access to folders: both answer"


def test_on_a_data_folder_that_executes_nothing_in_an_open_place(home: Home) -> None:
    """The servers' user can reach the data, not the programs, and no copy of them may run beside the data."""
    home.path.chmod(0o711)
    try:
        home.path.joinpath("programs").chmod(0o700)
        said = home.start(before="mkdir -p $HOME/data; mount -t tmpfs -o mode=0711,noexec none $HOME/data")
    finally:
        home.path.chmod(0o700)

    assert said == "setuid: both answer"


def test_where_root_is_the_only_user(home: Home) -> None:
    said = home.start(before=f"echo '{ONLY_ROOT}' > $TMPDIR/passwd; mount --bind $TMPDIR/passwd /etc/passwd")
    home.path.joinpath("tmp", "passwd").unlink()

    assert said == "user namespace: both answer"


@pytest.mark.parametrize(
    "without",
    [
        ("setuid", "setgid"),
        ("chown",),
        ("kill",),
        ("dac_override", "dac_read_search"),
        ("setuid", "setgid", "dac_override"),
    ],
    ids=",".join,
)
def test_without_a_privilege_that_setuid_needs(home: Home, without: tuple[str, ...]) -> None:
    assert home.start(without=without) == "user namespace: both answer"


def test_where_user_namespaces_are_forbidden(home: Home) -> None:
    said = home.start(before=FORBID_USER_NAMESPACES, root="$HOME/root")

    assert said == "setuid, keeping access to folders: both answer"


def test_the_data_stays_when_the_way_of_starting_changes(home: Home) -> None:
    first = home.start()
    second = home.start(without=("setuid", "setgid"))
    third = home.start()

    assert first == third == "setuid, keeping access to folders: both answer"
    assert second == "user namespace: both answer"


def test_where_root_can_become_no_other_user_the_error_says_what_is_missing(home: Home) -> None:
    said = home.start(before=FORBID_USER_NAMESPACES, root="$HOME/root", without=("setuid", "setgid"))

    assert "PostgreSQL does not run as root, and root cannot change to another user here" in said
    assert "--user 1000" in said
