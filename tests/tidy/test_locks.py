"""Every installed package is pinned with hashes, and every dependency is locked."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.tidy.tree import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"), key=lambda path: path.name)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS = {"production": ["opensearch"], "demo": ["embedded"], "test": ["embedded", "dev"]}
_ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z,-]+\])?==(?P<version>[^ ;]+)( ; [^\\]+?)?( --hash=sha256:[0-9a-f]{64})+"
)


def entries(name: str) -> dict[str, str]:
    """Return normal name → version of a lock; a line without a pin or a hash fails the test."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    found = [_ENTRY.fullmatch(re.sub(r" +", " ", line)) for line in lines]
    assert None not in found, [line[:80] for line, match in zip(lines, found, strict=True) if match is None]
    return {normal(match["name"]): match["version"] for match in found if match}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0]).lower()


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_every_package_is_pinned_with_hashes(path: Path) -> None:
    assert entries(path.stem)


@pytest.mark.parametrize("lock", EXTRAS)
def test_every_dependency_is_locked(lock: str) -> None:
    asked = list(PROJECT["project"]["dependencies"])
    for extra in EXTRAS[lock]:
        asked += PROJECT["project"]["optional-dependencies"][extra]

    assert sorted({normal(name) for name in asked} - entries(lock).keys()) == []


@pytest.mark.parametrize("lock", ["production", "demo"])
def test_the_product_and_the_tests_have_the_same_versions(lock: str) -> None:
    tested = entries("test")

    assert {name: version for name, version in entries(lock).items() if tested.get(name) != version} == {}


def test_the_build_backend_is_locked() -> None:
    assert PROJECT["build-system"]["requires"] == [f"setuptools=={entries('build')['setuptools']}"]


def test_packages_that_build_the_site_are_locked_and_agree_with_the_tests() -> None:
    locked, tested = entries("docs"), entries("test")

    assert {normal(name) for name in PROJECT["dependency-groups"]["docs"]} <= locked.keys()
    assert {name: version for name, version in locked.items() if tested.get(name, version) != version} == {}
