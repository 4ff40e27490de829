"""Mount a file system of a few megabytes, visible to every process, to test full disks. Only root may mount one."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CHUNK = b"\0" * 65_536


@contextmanager
def mount_small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Mount a small disk on `folder` (created if missing). Skip the test where mounting is forbidden."""
    folder.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=0711"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"this machine does not allow to mount a file system: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill_disk(folder: Path) -> Path:
    """Write a file until the disk is full; return it."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        for chunk in (_CHUNK, b"\0"):
            try:
                while True:
                    file.write(chunk)
            except OSError:
                continue
    return path
