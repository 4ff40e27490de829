"""The wheel contains the whole program: what is installed from it runs without the repository."""

import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import httpx
import pytest
from scripts.bill_of_materials import read_lock
from scripts.build_package import ROOT, build_package, listed_files

from admitone.testing.demo_process import Demo


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-package-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def wheel(folder: Path) -> Path:
    [wheel] = build_package(folder / "dist", ["wheel"])
    return wheel


def test_the_wheel_contains_every_file_of_the_program(wheel: Path) -> None:
    source = ROOT / "src"
    expected = {path.relative_to(source).as_posix() for path in listed_files() if path.is_relative_to(source)}

    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert packed == expected


def test_the_demo_runs_from_the_wheel_and_its_lock_alone(wheel: Path, folder: Path) -> None:
    program = install(wheel, folder / "environment")
    demo = Demo(folder / "data", "--port", "0", "--events", "20", program=program)
    try:
        address = demo.wait_until_ready()

        found = httpx.get(f"{address}/events/search").json()
    finally:
        demo.end()

    assert found["page"]["total"] > 0


def install(wheel: Path, environment: Path) -> Path:
    """Install the wheel into a new environment that has the packages of `requirements/demo.txt`, and no others.

    The packages are links to those of the tests: they are the same versions, and pip takes a minute to unpack them.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    [packages] = environment.glob("lib/python*/site-packages")
    for name in read_lock(ROOT / "requirements/demo.txt"):
        with suppress(metadata.PackageNotFoundError):  # of another platform or Python
            found = metadata.distribution(name)
            for entry in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
                with suppress(FileExistsError):  # of several packages: __pycache__
                    (packages / entry).symlink_to(Path(str(found.locate_file(entry))))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            environment / "bin/python",
            "install",
            "--no-index",
            "--no-deps",
            wheel,
        ],
        check=True,
        capture_output=True,
    )
    for path in packages.glob("admitone*/**/*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return environment / "bin" / "admitone"
