"""The data folder: one owner process, short socket paths, no characters that servers cannot quote."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from admitone.embedded.data_folder import SOCKET_PATH_BYTES_MAX, hold_data_folder
from admitone.embedded.privileges import Identity, Way
from admitone.embedded.startup_error import StartupError

MYSELF = Identity(os.geteuid(), os.getegid(), Way.STAY)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder with a short and plain path, which pytest's own folder may not have."""
    with tempfile.TemporaryDirectory(prefix="admitone-") as path:
        yield Path(path)


def test_sockets_lie_inside_a_short_plain_path(short_folder: Path) -> None:
    with hold_data_folder(short_folder, MYSELF) as folder:
        assert folder.sockets == short_folder / "run"


@pytest.mark.parametrize("name", ["x" * 120, "größe", "a, b", "per%cent #1"])
def test_sockets_of_a_long_or_odd_path_lie_in_a_short_private_folder(tmp_path: Path, name: str) -> None:
    with hold_data_folder(tmp_path / name, MYSELF) as folder:
        assert len(os.fsencode(folder.sockets / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_BYTES_MAX
        assert stat.S_IMODE(folder.sockets.stat().st_mode) == 0o700
        assert str(folder.sockets).isascii()
    assert not folder.sockets.exists()


@pytest.mark.parametrize("bad", ['"', "'", "$", "\n", "\\"])
def test_a_path_that_servers_cannot_quote_is_refused(tmp_path: Path, bad: str) -> None:
    with pytest.raises(StartupError, match="--data"), hold_data_folder(tmp_path / f"a{bad}b", MYSELF):
        pass


def test_a_second_process_is_refused_with_the_pid_of_the_first(tmp_path: Path) -> None:
    with (
        hold_data_folder(tmp_path, MYSELF),
        pytest.raises(StartupError, match=f"process {os.getpid()}"),
        hold_data_folder(tmp_path, MYSELF),
    ):
        pass


def test_a_killed_process_releases_the_data_folder(tmp_path: Path) -> None:
    program = f"""
import os, signal
from pathlib import Path
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.privileges import Identity, Way
with hold_data_folder(Path({str(tmp_path)!r}), Identity(os.geteuid(), os.getegid(), Way.STAY)):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run(
        [sys.executable, "-c", program], check=False, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )

    with hold_data_folder(tmp_path, MYSELF) as folder:
        assert folder.path == tmp_path


def test_a_planted_folder_is_refused(short_folder: Path, tmp_path: Path) -> None:
    short_folder.joinpath("run").symlink_to(tmp_path)

    with pytest.raises(StartupError, match="not this user's"), hold_data_folder(short_folder, MYSELF):
        pass
