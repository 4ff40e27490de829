"""Build the wheel and the source archive: python -m scripts.build_package [FOLDER].

Beside them: the locks that pip installs the wheel's dependencies from, and a bill of materials with their licences.
The backend works in a copy of the tree that git lists: neither an ignored file nor the rest of an earlier build can get
in. The time of the last commit dates the archives, so one commit gives the same bytes twice.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.bill_of_materials import bill_of_materials

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "src")
KINDS = ("sdist", "wheel")
LOCKS = ("build", "production", "demo")
_HOOK = "import sys; from setuptools import build_meta; getattr(build_meta, 'build_' + sys.argv[1])(sys.argv[2])"


def build_package(folder: Path, kinds: Sequence[str] = KINDS) -> list[Path]:
    """Build `kinds` into `folder` and return the files. Raises `CalledProcessError` if the backend fails."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="admitone-build-") as name:
        tree, made = Path(name, "tree"), Path(name, "made")
        made.mkdir()
        for path in listed_files():
            copy = tree / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
        for kind in kinds:
            subprocess.run(
                [sys.executable, "-c", _HOOK, kind, str(made)],
                cwd=tree,
                env={**os.environ, "SOURCE_DATE_EPOCH": last_commit_time()},
                check=True,
                capture_output=True,
                text=True,
            )
        return [Path(shutil.copy2(path, folder / path.name)) for path in sorted(made.iterdir())]


def add_locks(folder: Path) -> list[Path]:
    """Copy the locks and write the bill of materials of the wheel in `folder`; return these files."""
    [wheel] = folder.glob("admitone-*.whl")
    version = wheel.name.split("-")[1]
    bill = folder / f"admitone-{version}.cdx.json"
    document = bill_of_materials(version, digest_of(wheel), ROOT / "requirements", int(last_commit_time()))
    bill.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    copies = [shutil.copyfile(ROOT / "requirements" / f"{name}.txt", folder / f"{name}.txt") for name in LOCKS]
    return [bill, *copies]


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def listed_files() -> list[Path]:
    """Return the files of `SOURCES` that git tracks or would add."""
    names = read_git("ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *SOURCES).split("\0")
    return [path for name in names if name and (path := ROOT / name).is_file()]


def last_commit_time() -> str:
    """Return seconds since 1970, as text."""
    return read_git("log", "-1", "--format=%ct").strip()


def read_git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def main() -> None:
    folder = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build" / "dist"
    try:
        for suffix in (".whl", ".tar.gz", ".cdx.json"):
            for earlier in folder.glob(f"admitone-*{suffix}"):
                earlier.unlink()
        built = build_package(folder)
    except subprocess.CalledProcessError as error:
        sys.exit(f"error: {error.cmd[0]} failed:\n{error.stdout}{error.stderr}")
    for path in built + add_locks(folder):
        sys.stdout.write(f"{path.stat().st_size / 1e3:8,.1f} kB  sha256 {digest_of(path)}  {path}\n")


if __name__ == "__main__":
    main()
