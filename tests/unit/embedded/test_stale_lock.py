"""Remove lock files of a killed PostgreSQL; keep those of a live one."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from admitone.embedded.stale_lock import await_orphan, remove_stale_locks


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    data, sockets = tmp_path / "data", tmp_path / "run"
    data.mkdir()
    sockets.mkdir()
    return data, sockets


@pytest.fixture
def living(folders: tuple[Path, Path]) -> Iterator[int]:
    """Run a process whose command line names the data folder, as a server's does."""
    process = subprocess.Popen([sys.executable, "-c", "input()", str(folders[0])], stdin=subprocess.PIPE)
    yield process.pid
    process.kill()
    process.communicate()


def write_locks(folders: tuple[Path, Path], pid: str) -> list[Path]:
    locks = [folders[0] / "postmaster.pid", folders[1] / ".s.PGSQL.5432.lock"]
    for lock in locks:
        lock.write_text(f"{pid}\n/somewhere\n")
    return locks


def test_the_lock_of_a_dead_process_is_removed(folders: tuple[Path, Path]) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    locks = write_locks(folders, str(ended.pid))

    remove_stale_locks(*folders)

    assert [lock.exists() for lock in locks] == [False, False]


def test_the_lock_with_the_number_of_another_process_is_removed(folders: tuple[Path, Path]) -> None:
    locks = write_locks(folders, "1")  # after a restart of the container, another process has the number

    remove_stale_locks(*folders)

    assert [lock.exists() for lock in locks] == [False, False]


def test_the_lock_of_a_zombie_is_removed(folders: tuple[Path, Path]) -> None:
    zombie = subprocess.Popen([sys.executable, "-c", "", str(folders[0])], stdout=subprocess.PIPE)
    assert zombie.stdout is not None
    zombie.stdout.read()  # it has ended, and its exit code was not read
    locks = write_locks(folders, str(zombie.pid))

    while "Z" not in Path(f"/proc/{zombie.pid}/stat").read_text().rpartition(")")[2].split()[0]:
        pass
    remove_stale_locks(*folders)

    assert [lock.exists() for lock in locks] == [False, False]
    zombie.communicate()


def test_an_unreadable_lock_is_removed(folders: tuple[Path, Path]) -> None:
    locks = write_locks(folders, "")

    remove_stale_locks(*folders)

    assert [lock.exists() for lock in locks] == [False, False]


def test_the_lock_of_a_live_server_stays(folders: tuple[Path, Path], living: int) -> None:
    locks = write_locks(folders, str(living))

    remove_stale_locks(*folders)

    assert [lock.exists() for lock in locks] == [True, True]


def test_an_orphan_is_awaited(folders: tuple[Path, Path]) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", str(folders[0])], stdin=subprocess.PIPE) as orphan:
        write_locks(folders, str(orphan.pid))
        threading.Timer(0.3, orphan.kill).start()
        started_at = time.monotonic()

        await_orphan(folders[0], 10)

        assert 0.2 < time.monotonic() - started_at < 5


def test_an_orphan_that_does_not_end_is_not_awaited_for_ever(folders: tuple[Path, Path], living: int) -> None:
    write_locks(folders, str(living))

    await_orphan(folders[0], 0.2)

    assert Path(f"/proc/{living}").exists()


def test_without_an_orphan_the_start_does_not_wait(folders: tuple[Path, Path]) -> None:
    await_orphan(folders[0], 10)
