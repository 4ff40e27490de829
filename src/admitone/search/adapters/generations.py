"""Manage the index folders on disk: `index-<n>` are whole indexes, the file `current` names the active one.

A rebuild fills a new folder beside the active one and swaps the pointer by a rename, which is atomic for readers. A
lock on the file `writer` serializes the writers of all processes (flock: the kernel releases it however its holder
dies).
"""

import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from admitone.search.ports import IndexAbsent


class Generations:
    def __init__(self, folder: Path, *, layout: str) -> None:
        """Open the folder. `layout` names the schema: an index of another layout counts as absent."""
        self._folder = folder
        self._layout = layout
        self._pointer = folder / "current"

    def current(self) -> Path:
        """Return the active index. Raises `IndexAbsent`."""
        try:
            name, _, layout = self._pointer.read_text("ascii").strip().partition(" ")
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError) as error:
            raise IndexAbsent(str(self._pointer)) from error
        if not _is_name(name) or layout != self._layout:
            raise IndexAbsent(f"{self._pointer} names no index of this layout")
        return self._folder / name

    def signature(self) -> tuple[int, int]:
        """Return a value that changes whenever another index becomes active. Raises `IndexAbsent`."""
        return file_signature(self._pointer)

    def lock(self) -> TextIO:
        """Wait for the writers' lock and return the file that holds it until it is closed (call it in a thread)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "writer").open("a")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def next(self) -> Path:
        """Return an empty folder for a new index, with the next number. The caller holds the writers' lock."""
        numbers = [int(path.name.removeprefix("index-")) for path in self._indexes()]
        folder = self._folder / f"index-{max(numbers, default=0) + 1}"
        folder.mkdir()
        return folder

    def swap(self, folder: Path) -> None:
        """Activate `folder` and remove all others. The caller holds the writers' lock.

        Readers that have an old index open keep it: its files exist until they close them.
        """
        fresh = self._folder / "current.new"
        with fresh.open("w") as file:
            file.write(f"{folder.name} {self._layout}")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._pointer)
        for path in self._indexes():
            if path != folder:
                shutil.rmtree(path, ignore_errors=True)

    def _indexes(self) -> list[Path]:
        with suppress(FileNotFoundError):
            return [path for path in self._folder.iterdir() if _is_name(path.name)]
        return []


def file_signature(path: Path | str) -> tuple[int, int]:
    """Return (inode, time of change in ns): differs after every atomic replacement. Raises `IndexAbsent`."""
    try:
        status = os.stat(path)
    except OSError as error:
        raise IndexAbsent(str(path)) from error
    return status.st_ino, status.st_mtime_ns


def _is_name(name: str) -> bool:
    return name.startswith("index-") and name.removeprefix("index-").isascii() and name[6:].isdigit()
