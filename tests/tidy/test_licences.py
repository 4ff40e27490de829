"""Every package that an installation contains has a licence that fits distribution beside Apache-2.0."""

import json

import pytest
from scripts.bill_of_materials import bill_of_materials, read_lock
from scripts.licences import is_allowed, licence_of

from tests.tidy.test_locks import entries
from tests.tidy.tree import ROOT

REQUIREMENTS = ROOT / "requirements"


@pytest.mark.parametrize("lock", ["production", "demo"])
def test_licences_of_installed_packages_are_allowed(lock: str) -> None:
    licences = {name: licence_of(name) for name in read_lock(REQUIREMENTS / f"{lock}.txt")}

    assert {name: licence for name, licence in licences.items() if not is_allowed(licence)} == {}


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (AGPL-3.0-only OR ISC)", True),
    ],
)
def test_an_expression_is_allowed_by_its_parts(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) == allowed


def test_the_bill_of_materials_has_every_locked_package_with_licence_and_hashes() -> None:
    locked = entries("demo") | entries("production")

    bill = bill_of_materials("0.0.0", "0" * 64, REQUIREMENTS, built_at=0)

    components = {component["name"]: component for component in bill["components"]}
    assert locked == {name: component["version"] for name, component in components.items()}
    assert all(component["licenses"] for component in components.values())
    assert all(component["externalReferences"][0]["hashes"] for component in components.values())
    assert sorted(entries("production")) == sorted(n for n, c in components.items() if c["scope"] == "required")
    assert json.dumps(bill) == json.dumps(bill_of_materials("0.0.0", "0" * 64, REQUIREMENTS, built_at=0))
