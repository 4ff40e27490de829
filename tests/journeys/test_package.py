"""The wheel contains the whole program: what is installed from it runs without the repository."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
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


def test_the_demo_of_the_wheel_has_the_sample_events(wheel: Path, folder: Path) -> None:
    packages = folder / "packages"
    zipfile.ZipFile(wheel).extractall(packages)
    for path in packages.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    imported = subprocess.run(
        [sys.executable, "-c", "import admitone; print(admitone.__file__)"],
        env={**os.environ, "PYTHONPATH": str(packages)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    demo = Demo(folder / "data", "--port", "0", "--events", "20", packages=packages)
    try:
        address = demo.wait_until_ready()

        found = httpx.get(f"{address}/events/search").json()
    finally:
        demo.end()

    assert Path(imported.strip()).is_relative_to(packages)
    assert found["page"]["total"] > 0
