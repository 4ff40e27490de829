"""The Containerfile, compose.yaml and the Helm chart agree with the program, and run nothing as root."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from jsonschema_rs import Draft7Validator
from scripts.container_image.compose import read_compose

from admitone.cli.gateway_rendering import GatewayRequest, render_for_operator
from admitone.cli.main import main
from admitone.embedded.gateway import HTTP_ROLES
from tests.tidy.tree import PACKAGE, ROOT, texts

CONTAINERFILE = (ROOT / "deploy/containers/Containerfile").read_text("utf-8")
CHART = ROOT / "deploy/helm/admitone"
VALUES = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))
SCHEMA = json.loads((CHART / "values.schema.json").read_text("utf-8"))
COMPOSE = read_compose({"ADMITONE_PUBLIC_URL": "https://tickets.example"})
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "admitone" in service["image"]}
ENGINES = {"postgresql", "valkey"}
SETTING = re.compile(r"\bADMITONE_[A-Z_]+\b")
HELM = os.environ.get("ADMITONE_HELM") or shutil.which("helm")


def settings_of_the_program() -> set[str]:
    return {
        name for path, text in texts() if path.is_relative_to(PACKAGE) for name in SETTING.findall(text)
    }  # fmt: skip


def served_roles(service: dict[str, Any]) -> list[str]:
    command = service.get("command", [])
    return command[1 : command.index("--host")] if command[:1] == ["serve"] else []


def test_the_image_runs_as_a_number_and_installs_by_hashes() -> None:
    users = re.findall(r"^USER (.+)$", CONTAINERFILE, re.MULTILINE)
    installs = re.findall(r"pip install (.+)", CONTAINERFILE)

    assert users == ["10001:10001"]
    assert all("--require-hashes" in words or "--no-index" in words for words in installs)
    assert CONTAINERFILE.count("FROM ${BASE}") == len(re.findall("^FROM", CONTAINERFILE, re.MULTILINE)) == 2
    assert "HEALTHCHECK" in CONTAINERFILE


def test_every_role_has_a_service_and_every_service_a_command_that_exists() -> None:
    served = {role for service in OURS.values() for role in served_roles(service)}
    commands = {(service.get("entrypoint", [None, *service["command"]]))[1] for service in OURS.values()}

    assert served == set(HTTP_ROLES)
    assert "worker" in commands
    assert {name for name in commands if CliRunner().invoke(main, [name, "--help"]).exit_code} == set()


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ENGINES))
def test_services_are_confined(name: str) -> None:
    service = SERVICES[name]

    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")


def test_only_the_gateway_is_published_and_it_does_not_reach_the_databases() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"gateway"}
    assert "data" not in SERVICES["gateway"]["networks"]
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert all(SERVICES[name]["networks"] == ["data"] for name in ENGINES)


def test_settings_of_compose_and_chart_exist_and_none_is_a_secret() -> None:
    known = settings_of_the_program()
    written = {name for service in OURS.values() for name in service["environment"] if name != "HEALTH_URL"}
    for path in CHART.glob("templates/*"):
        written |= {name.rstrip("_") for name in SETTING.findall(path.read_text("utf-8"))}

    assert written - known == set()
    assert [name for service in SERVICES.values() for name in service.get("environment", {}) if is_secret(name)] == []


def is_secret(name: str) -> bool:
    return not name.endswith("_FILE") and re.search("PASSWORD|SECRET|KEY|DATABASE_URL", name) is not None


def test_the_gateway_of_compose_routes_to_the_ports_that_the_services_listen_on() -> None:
    listening = {
        f"{role}={name}:{service['command'][-1]}" for name, service in OURS.items() for role in served_roles(service)
    }
    command = OURS["gateway-config"]["command"]
    written = {words.removeprefix("--role=") for words in command if words.startswith("--role=")}
    health = {name: service["environment"].get("HEALTH_URL", "") for name, service in OURS.items()}

    assert written == listening
    assert all(f":{service['command'][-1]}/" in health[name] for name, service in OURS.items() if served_roles(service))
    rendered = render_for_operator(
        GatewayRequest(servers=sorted(written), public_url="https://tickets.example", trusted_proxy=["10.0.0.0/8"]), {}
    )
    assert "upstream booking" in rendered.nginx


def test_the_chart_has_the_version_of_the_program_and_every_role() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text("utf-8"))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert chart["version"] == chart["appVersion"] == version
    assert set(VALUES["roles"]) == set(HTTP_ROLES)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"search": {"url": "https://opensearch:9200"}}, None),
        ({"search": {"index": {"existingClaim": "index"}}}, None),
        ({}, "search"),  # neither a cluster nor a volume: pods would search an empty index
        ({"search": {"url": "https://x"}, "publicUrl": "http://tickets.example"}, "publicUrl"),
        ({"search": {"url": "https://x"}, "settings": {"existingSecret": ""}}, "existingSecret"),
        ({"search": {"url": "https://x"}, "surplus": 1}, "surplus"),
    ],
)
def test_values_are_checked_by_their_schema(change: dict[str, Any], fault: str | None) -> None:
    found = Draft7Validator(SCHEMA).iter_errors(VALUES | change)
    errors = [f"{error.instance_path} {error.message}" for error in found]

    assert errors == [] if fault is None else any(fault in words for words in errors)


@pytest.mark.skipif(HELM is None, reason="helm is not installed (go install helm.sh/helm/v3/cmd/helm@latest)")
@pytest.mark.parametrize("search", ["search.url=https://opensearch:9200", "search.index.existingClaim=index"])
def test_rendered_objects_are_confined_and_refer_to_each_other(search: str) -> None:
    objects = render(search)
    pods = [item["spec"]["template"] for item in objects if item["kind"] in ("Deployment", "Job")]
    containers = [
        container for pod in pods for key in ("containers", "initContainers") for container in pod["spec"].get(key, [])
    ]

    assert all(pod["spec"]["securityContext"]["runAsNonRoot"] for pod in pods)
    assert all(pod["spec"]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"} for pod in pods)
    assert all(pod["spec"]["automountServiceAccountToken"] is False for pod in pods)
    for container in containers:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]
    for item in objects:
        if item["kind"] == "Deployment":
            assert all(f"{probe}Probe" in item["spec"]["template"]["spec"]["containers"][0]
                       for probe in ("startup", "liveness", "readiness"))  # fmt: skip
        if item["kind"] in ("Service", "PodDisruptionBudget", "NetworkPolicy"):
            assert any(selects(item, pod) for pod in pods), item["metadata"]["name"]
    assert not [item for item in objects if item["kind"] == "Secret"]
    assert {item["metadata"]["name"] for item in objects if item["kind"] == "NetworkPolicy"} == {
        item["metadata"]["name"] for item in objects if item["kind"] == "Deployment"
    }


def selects(item: dict[str, Any], pod: dict[str, Any]) -> bool:
    spec = item["spec"]
    wanted = spec.get("podSelector", spec.get("selector"))
    return dict(wanted.get("matchLabels", wanted)).items() <= dict(pod["metadata"]["labels"]).items()


def render(search: str) -> list[dict[str, Any]]:
    assert HELM is not None
    command: list[str | Path] = [HELM, "template", "shop", CHART, "--kube-version=1.30", f"--set={search}"]
    rendered = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [item for item in yaml.safe_load_all(rendered) if item]
