"""Remove each guard of booking by hand, one at a time, and see which test turns red: none may stay green.

    .venv/bin/python scripts/check_guards.py [words of a guard's name…]

Reads `tests/races/guards.toml`, works on a copy of the tree (about ten seconds a guard), prints a Markdown table,
and ends with 1 where a guard's removal goes unnoticed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

ROOT = Path(__file__).resolve().parents[1]
GUARDS = ROOT / "tests" / "races" / "guards.toml"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "sample", "*cache*", ".hypothesis")
SECONDS_MAX = 600


class Guard(Struct, frozen=True):
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    times: int = 1


def main(words: list[str]) -> int:
    guards = msgspec.convert(tomllib.loads(GUARDS.read_text("utf-8"))["guard"], list[Guard])
    unnoticed = 0
    say("| guard removed | in | turned red |\n|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="admitone-guards-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for guard in guards:
            if all(word in guard.name for word in words):
                red = first_red(copy, guard)
                unnoticed += red is None
                say(f"| {guard.name} | `{Path(guard.file).name}` | {red or '**nothing**'} |")
    return 1 if unnoticed else 0


def first_red(copy: Path, guard: Guard) -> str | None:
    """Return the test that fails without the guard, or None."""
    file = copy / guard.file
    whole = file.read_text("utf-8")
    found = whole.count(guard.old)
    if found != guard.times:
        return f"**stands {found} times: mend the list**"
    file.write_text(whole.replace(guard.old, guard.new), "utf-8")
    try:
        for tests in guard.tests:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", tests],
                cwd=copy,
                env=os.environ | {"PYTHONPATH": str(copy / "src")},
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS_MAX,
            )
            failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
            if failed:
                return f"`{failed[0].split(' ')[1]}`"
            if done.returncode != 0:
                return f"**{tests} did not run: {done.stderr[-200:]!r}**"
    finally:
        file.write_text(whole, "utf-8")
    return None


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
