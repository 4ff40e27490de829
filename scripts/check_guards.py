"""Remove each guard of booking and money, one at a time, and check that a named test fails.

    .venv/bin/python scripts/check_guards.py [--write-table] [words of a guard's name…]

Reads `tests/races/guards.toml` and works on a copy of the tree, some seconds a guard. Prints the failed tests, and
exits with 1 if a guard's removal makes none fail. `--write-table` runs nothing: it regenerates
`docs/reference/guards.md`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

from admitone.kit.sql import split_statements

ROOT = Path(__file__).resolve().parents[1]
GUARDS = ROOT / "tests" / "races" / "guards.toml"
TABLE = ROOT / "docs" / "reference" / "guards.md"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
SECONDS_MAX = 600
HEAD = """# The guards, and the test that turns red without each

A guard is a condition, a key or a lock without which something would be sold, paid or told wrongly. For each of them
`scripts/check_guards.py` takes it out of a copy of the tree and runs the test named here, which must fail. Made by
`scripts/check_guards.py --write-table` from `tests/races/guards.toml`; `tests/tidy/test_guards.py` keeps the two alike,
and every guard where the list says that it stands.

| guard removed | in | turns red |
|---|---|---|
"""


class Guard(Struct, frozen=True, forbid_unknown_fields=True):
    """`old` occurs `times` in `file` (in its statement `statement`); with `new` instead the test `red` fails."""

    name: str
    file: str
    old: str
    new: str
    red: str
    times: int = 1
    statement: str | None = None

    def stands(self, root: Path) -> bool:
        return self._part((root / self.file).read_text("utf-8")).count(self.old) == self.times

    def remove(self, text: str) -> str:
        """Return the file's text without the guard."""
        part = self._part(text)
        return text.replace(part, part.replace(self.old, self.new))

    def _part(self, text: str) -> str:
        return text if self.statement is None else dict(split_statements(text))[self.statement]


def read_guards() -> list[Guard]:
    return msgspec.convert(tomllib.loads(GUARDS.read_text("utf-8"))["guard"], list[Guard])


def table(guards: list[Guard]) -> str:
    """Return the reference page."""
    rows = (f"| {guard.name} | {_place(guard)} | `{guard.red}` |" for guard in guards)
    return HEAD + "\n".join(rows) + "\n"


def _place(guard: Guard) -> str:
    file = guard.file.removeprefix("src/admitone/")
    return f"`{file}`: `{guard.statement}`" if guard.statement else f"`{file}`"


def main(arguments: list[str]) -> int:
    guards = read_guards()
    if "--write-table" in arguments:
        TABLE.write_text(table(guards), "utf-8")
        return 0
    unnoticed = 0
    with tempfile.TemporaryDirectory(prefix="admitone-guards-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for guard in guards:
            if all(word in guard.name for word in arguments):
                failed = failed_without(copy, guard)
                unnoticed += not failed
                say(f"{'red  ' if failed else 'GREEN'} {guard.name}: {', '.join(failed) or guard.red}")
    return 1 if unnoticed else 0


def failed_without(copy: Path, guard: Guard) -> list[str]:
    """Return the tests that fail without the guard.

    Raises `LookupError` if the guard is not in its file, `RuntimeError` if its test did not run.
    """
    if not guard.stands(copy):
        raise LookupError(f"{guard.name} does not stand in {guard.file} as the list says")
    file = copy / guard.file
    whole = file.read_text("utf-8")
    file.write_text(guard.remove(whole), "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", guard.red],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy / "src")},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_MAX,
        )
    finally:
        file.write_text(whole, "utf-8")
    # An error in a fixture, or no test at all, proves neither that the removal is detected nor that it is not.
    failed = re.findall(r"^FAILED (\S+)", done.stdout, re.MULTILINE)
    if not failed and done.returncode != 0:
        raise RuntimeError(f"{guard.name}: {guard.red} did not run:\n{done.stdout[-2000:]}")
    return failed


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
