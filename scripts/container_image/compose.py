"""Read `deploy/containers/compose.yaml`, and turn a service into the arguments of `podman run`."""

import re
import resource
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from scripts.build_package import ROOT

COMPOSE = ROOT / "deploy" / "containers" / "compose.yaml"
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[-?])(?P<words>[^}]*))?\}")


class Places(NamedTuple):
    """Where the drill keeps what compose.yaml names: files of secrets, folders of volumes."""

    secrets: Mapping[str, Path]
    volumes: Mapping[str, Path]


def read_compose(variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the document with its variables replaced. Raises `LookupError` for one that needs a value."""

    def value(match: re.Match[str]) -> str:
        if given := variables.get(match["name"]):
            return given
        if match["kind"] != "-":
            raise LookupError(f"{match['name']} is missing: {match['words'] or ''}")
        return match["words"]

    document: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(value, COMPOSE.read_text("utf-8")))
    return document


def run_options(service: Mapping[str, Any], places: Places) -> list[str]:
    """Return the options of `podman run` with which the service is as confined as compose makes it."""
    options = [f"--user={service['user']}", *(["--read-only"] if service.get("read_only") else [])]
    options += [f"--tmpfs={tmpfs}" for tmpfs in service.get("tmpfs", ())]
    options += [f"--cap-drop={name}" for name in service.get("cap_drop", ())]
    options += [f"--security-opt={name.removesuffix(':true')}" for name in service.get("security_opt", ())]
    # A machine whose own limit is lower lets nothing raise it.
    files = min(service["ulimits"]["nofile"], resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    options += [f"--ulimit=nofile={files}:{files}", "--ulimit=nproc=4096:4096"]
    options += [f"--env={name}={value}" for name, value in service.get("environment", {}).items()]
    options += [f"--volume={places.secrets[name]}:/run/secrets/{name}:ro" for name in service.get("secrets", ())]
    for volume in service.get("volumes", ()):
        name, _, target = volume.partition(":")
        options.append(f"--volume={places.volumes[name]}:{target}")
    return options


def command_of(service: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    """Return the program that replaces the image's, if any, and the arguments."""
    entrypoint = service.get("entrypoint")
    command = list(service.get("command", ()))
    return (None, command) if entrypoint is None else (entrypoint[0], [*entrypoint[1:], *command])
