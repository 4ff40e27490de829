"""What a process loads before it can serve: each role of an installation pays for it at every start."""

import subprocess
import sys

import pytest

SELDOM_NEEDED = {"dkim", "fontTools", "fpdf", "google", "segno", "stripe", "webauthn", "xlsxwriter"}
# Where OpenTelemetry is installed, the Redis client loads its metrics: 0.1 s and 4 MB. Nothing loads the rest.
OF_TRACES = {"admitone.kit.span_recorder", "opentelemetry.exporter", "opentelemetry.sdk.trace"}


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    program = "import sys, admitone.runtime.serving; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_a_role_starts_without_the_libraries_that_few_requests_need(loaded: set[str]) -> None:
    assert SELDOM_NEEDED & {name.partition(".")[0] for name in loaded} == set()


def test_a_role_without_traces_loads_nothing_that_records_them(loaded: set[str]) -> None:
    assert loaded & OF_TRACES == set()
