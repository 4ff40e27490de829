"""The alert rules and dashboards that ship name metrics and labels that the processes really report."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from admitone.embedded.gateway import HTTP_ROLES
from admitone.testing.buyer import Buyer
from tests.running import Stack
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.xdist_group("stack")

FILES = [ROOT / "deploy/prometheus/alerts.yml", *sorted((ROOT / "deploy/grafana").glob("*.json"))]
REFERENCE = ROOT / "docs/reference/metrics.md"
# The worker reports these; tests/journeys/test_metrics_port.py reads them there.
OF_THE_WORKER = {"admitone_jobs", "admitone_oldest_job_seconds"}
_METRIC = re.compile(r"\b(?:admitone|process)_[a-z_]+")


@pytest.fixture
async def reported(stack: Stack, ada: Buyer) -> str:
    answer: httpx.Response = await ada.http.post("/booking/checkout", json={})
    assert answer.status_code == 422
    return "\n".join([(await stack.read_metrics(role)).text for role in HTTP_ROLES])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_every_metric_that_an_alert_or_a_panel_names_is_reported(reported: str, path: Path) -> None:
    named = set(_METRIC.findall(path.read_text("utf-8")))

    absent = [
        name
        for name in sorted(named - OF_THE_WORKER)
        if not re.search(rf"^# TYPE {_family(name, reported)} ", reported, re.MULTILINE)
    ]

    assert len(named) >= 5
    assert absent == []


async def test_every_metric_is_in_the_reference(reported: str) -> None:
    described = {
        name for line in REFERENCE.read_text("utf-8").splitlines() for name in re.findall(r"^\| `(\w+)`", line)
    }

    assert described == set(_own(reported)) | OF_THE_WORKER


def _own(reported: str) -> Iterator[str]:
    """Yield our metrics. Each counter and histogram also reports when it was made."""
    for name in re.findall(r"^# TYPE (admitone_\w+) ", reported, re.MULTILINE):
        if not name.endswith("_created"):
            yield name


def _family(name: str, reported: str) -> str:
    """Return the metric's name in its `# TYPE` line: a histogram has none for its buckets, sums and counts."""
    family = re.sub(r"_(bucket|sum|count)$", "", name)
    return family if f"# TYPE {family} histogram" in reported else name
