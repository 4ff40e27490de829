"""The tree as the tidy tests read it: tracked files, and the folder of each slice."""

import ast
import subprocess
from collections.abc import Iterator
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


def texts() -> Iterator[tuple[Path, str]]:
    """Return (path, text) of every text file."""
    for path in tracked():
        if path.suffix in TEXT and not path.is_relative_to(ROOT / "src" / "admitone" / "sample"):
            yield path, path.read_text("utf-8")


def modules(*below: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in tracked():
        if path.suffix == ".py" and any(path.is_relative_to(folder) for folder in below):
            yield path, ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def short(found: list[str]) -> str:
    """Return what a failing rule shows: one finding a line."""
    return "\n".join(["", *sorted(found)])
