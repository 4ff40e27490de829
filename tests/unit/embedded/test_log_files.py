"""Log files stay bounded while their writers have them open."""

from pathlib import Path

from admitone.embedded.log_files import CHECK_SECONDS, LogFiles
from tests.mounts import fill_disk, mount_small_disk

BYTES_MAX = 1000
LINE = b"x" * 99 + b"\n"


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_writer_continues_in_the_emptied_file(tmp_path: Path) -> None:
    clock = Clock()
    logs = LogFiles([tmp_path], bytes_max=BYTES_MAX, now=clock)
    log, older = tmp_path / "role.log", tmp_path / "role.1.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(100):
            writer.write(LINE)
            clock.seconds += CHECK_SECONDS
            logs.rotate_full()
            assert log.stat().st_size <= BYTES_MAX, number
        writer.write(b"the last line\n")

    assert log.read_bytes().endswith(b"the last line\n")
    assert older.stat().st_size <= BYTES_MAX + len(LINE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["role.1.log", "role.log"]


def test_sizes_are_checked_once_a_second(tmp_path: Path) -> None:
    clock = Clock()
    logs = LogFiles([tmp_path], bytes_max=BYTES_MAX, now=clock)
    logs.rotate_full()
    (tmp_path / "role.log").write_bytes(LINE * 20)

    logs.rotate_full()

    assert (tmp_path / "role.log").stat().st_size == len(LINE) * 20


def test_a_full_disk_loses_log_lines_only(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with mount_small_disk(disk, 1):
        log = disk / "role.log"
        with log.open("ab", buffering=0) as writer:
            writer.write(LINE * 100)
            filler = fill_disk(disk)
            LogFiles([disk], bytes_max=BYTES_MAX).rotate_full()

            writer.write(b"there is room\n")

        assert log.read_bytes() == b"there is room\n"
        assert filler.exists()
