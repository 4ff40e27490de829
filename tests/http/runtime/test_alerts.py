"""The alert rules that ship name metrics and labels that the processes really report."""

import re

import httpx
import pytest

from admitone.embedded.gateway import HTTP_ROLES
from admitone.testing.buyer import Buyer
from tests.running import Stack
from tests.tidy.tree import ROOT

pytestmark = pytest.mark.xdist_group("stack")

RULES = ROOT / "deploy/prometheus/alerts.yml"
# The worker reports these; tests/journeys/test_metrics_port.py reads them there.
OF_THE_WORKER = {"admitone_jobs", "admitone_oldest_job_seconds"}


async def test_every_metric_of_the_alert_rules_is_reported(stack: Stack, ada: Buyer) -> None:
    answer: httpx.Response = await ada.http.post("/booking/checkout", json={})
    assert answer.status_code == 422
    named = set(re.findall(r"\badmitone_\w+", RULES.read_text("utf-8")))

    reported = "\n".join([(await stack.read_metrics(role)).text for role in HTTP_ROLES])

    absent = [
        name
        for name in sorted(named - OF_THE_WORKER)
        if not re.search(rf"^# TYPE {_family(name)} ", reported, re.MULTILINE)
    ]

    assert len(named) > 10
    assert absent == []


def _family(name: str) -> str:
    """Return the metric's name in its `# TYPE` line: a histogram has none for its buckets."""
    return name.removesuffix("_bucket")
