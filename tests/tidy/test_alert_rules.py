"""Every alert fires in Prometheus's own test of rules, and is silent there first."""

import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.tidy.tree import ROOT

RULES = ROOT / "deploy/prometheus/alerts.yml"
CASES = ROOT / "deploy/prometheus/alerts_test.yml"


RUNBOOK = ROOT / "docs/runbook/alerts.md"
PARTS = ("**Symptom.** ", "**Look.** ", "**Act.** ", "**Verify.** ")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> set[str]:
    return {rule["alert"] for rule in rules()}


def cases() -> list[dict[str, Any]]:
    tests = yaml.safe_load(CASES.read_text("utf-8"))["tests"]
    return [case for test in tests for case in test["alert_rule_test"]]


def test_every_alert_has_a_case_where_it_fires_and_one_where_it_is_silent() -> None:
    assert {case["alertname"] for case in cases() if case.get("exp_alerts")} == alerts()
    assert {case["alertname"] for case in cases() if not case.get("exp_alerts")} == alerts()


def test_every_alert_names_its_section_of_the_runbook() -> None:
    _, *parts = re.split(r"^## (\w+)\n", RUNBOOK.read_text("utf-8"), flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))

    assert list(sections) == [rule["alert"] for rule in rules()]
    for rule in rules():
        text = sections[rule["alert"]]
        assert rule["annotations"]["runbook"] == f"docs/runbook/alerts.md#{rule['alert'].lower()}"
        assert re.findall(r"^\*\*\w+\.\*\* ", text, re.MULTILINE) == list(PARTS), rule["alert"]
        assert f"**Symptom.** {rule['labels']['severity'].title()}. " in text


@pytest.mark.prometheus
@pytest.mark.parametrize(
    "command", [("check", "rules", "--lint=all", RULES), ("test", "rules", CASES)], ids=["check", "test"]
)
def test_prometheus_accepts_the_rules_and_fires_the_alerts(command: tuple[Any, ...]) -> None:
    promtool = shutil.which("promtool")
    assert promtool is not None

    ended = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
