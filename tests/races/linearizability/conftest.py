"""Fixtures of the linearizability tests: the checker, compiled once."""

import pytest

from tests.races.linearizability.checker import Checker, build_checker


@pytest.fixture(scope="package")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    return build_checker(tmp_path_factory.mktemp("checker"))
