"""The tree as the tidy tests read it: tracked files, and the folder of each slice."""

import ast
import re
import subprocess
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "admitone"
PARTS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
SLICES = sorted(path.parent.name for path in PACKAGE.glob("*/usecases"))
TEXT = {
    ".py",
    ".sql",
    ".lua",
    ".go",
    ".md",
    ".toml",
    ".txt",
    ".html",
    ".css",
    ".js",
    ".conf",
    ".sh",
    ".yml",
    ".yaml",
    ".svg",
    "",
}


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that git tracks or that is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


@cache
def texts() -> tuple[tuple[Path, str], ...]:
    """Return (path, text) of every text file."""
    sample = ROOT / "src" / "admitone" / "sample"
    return tuple(
        (path, path.read_text("utf-8")) for path in tracked() if path.suffix in TEXT and not path.is_relative_to(sample)
    )


def matches(pattern: str | re.Pattern[str], text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Return (line number, first match) of every line that matches.

    Almost no file has a match, and one search of a whole text is many times faster than one of each line.
    """
    if re.search(pattern, text):
        for number, line in enumerate(text.split("\n"), 1):
            if match := re.search(pattern, line):
                yield number, match


def modules(*below: Path, naming: Collection[str] = ("",)) -> Iterator[tuple[Path, ast.Module]]:
    """Return (path, module) of the Python files below these folders whose text has one of the words `naming`."""
    for path, text in texts():
        is_read = path.suffix == ".py" and any(path.is_relative_to(folder) for folder in below)
        if is_read and any(word in text for word in naming):
            yield path, ast.parse(text)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def short(found: list[str]) -> str:
    """Return what a failing rule shows: one finding a line."""
    return "\n".join(["", *sorted(found)])
