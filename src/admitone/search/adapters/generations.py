"""Folders of an index on disk: `index-<n>` are whole indexes, the file `current` names the one in use.

A rebuild fills a new folder beside the old one and swaps the pointer by a rename, which readers see as one step.
Writers of all processes exclude each other by a lock on the file `writer` (flock: the kernel frees it when its
holder dies, however it dies).
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
        """`layout` names the schema: an index that was written with another is no index."""
        self._folder = folder
        self._layout = layout
        self._pointer = folder / "current"

    def current(self) -> Path:
        """The index in use. Raises `IndexAbsent`."""
        try:
            name, _, layout = self._pointer.read_text("ascii").strip().partition(" ")
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError) as error:
            raise IndexAbsent(str(self._pointer)) from error
        if not _is_name(name) or layout != self._layout:
            raise IndexAbsent(f"{self._pointer} names no index of this layout")
        return self._folder / name

    def signature(self) -> tuple[int, int]:
        """Changes whenever another index comes into use. Raises `IndexAbsent`."""
        return file_signature(self._pointer)

    def lock(self) -> TextIO:
        """Wait for the writers' lock and return the file that holds it until it is closed (call it in a thread)."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "writer").open("a")
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def next(self) -> Path:
        """An empty folder for a new index, numbered above all that were. Needs the writers' lock."""
        numbers = [int(path.name.removeprefix("index-")) for path in self._indexes()]
        folder = self._folder / f"index-{max(numbers, default=0) + 1}"
        folder.mkdir()
        return folder

    def swap(self, folder: Path) -> None:
        """Put `folder` to use and remove all others. Needs the writers' lock.

        Readers that have an old index open keep it: its files live until they are closed.
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


def file_signature(path: Path) -> tuple[int, int]:
    """(inode, time of change in ns): differs after every atomic replacement. Raises `IndexAbsent`."""
    try:
        status = path.stat()
    except OSError as error:
        raise IndexAbsent(str(path)) from error
    return status.st_ino, status.st_mtime_ns


def _is_name(name: str) -> bool:
    return name.startswith("index-") and name.removeprefix("index-").isascii() and name[6:].isdigit()
