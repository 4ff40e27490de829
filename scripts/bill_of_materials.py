"""The software bill of materials (SBOM) of a build: CycloneDX 1.6 in JSON, made from the locks.

It lists what `requirements/production.txt` and `requirements/demo.txt` install, with the hashes of the files that pip
accepts. Packages of the demo alone are optional. The same commit gives the same bytes.
"""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from scripts.licences import licence_of

_NAMESPACE = uuid.UUID("6b1c7d0e-6d0f-5f0e-9a53-0c7f5a3f2a10")
_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]+\])?==(?P<version>[^ ;]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Locked(NamedTuple):
    version: str
    hashes: tuple[str, ...]


def read_lock(path: Path) -> dict[str, Locked]:
    """Return the packages of a lock by normalized name."""
    packages = {}
    for line in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        if (entry := _ENTRY.match(line)) is not None:
            name = re.sub(r"[-_.]+", "-", entry["name"]).lower()
            packages[name] = Locked(entry["version"], tuple(_HASH.findall(line)))
    return packages


def bill_of_materials(version: str, wheel_sha256: str, folder: Path, built_at: int) -> dict[str, Any]:
    """Return the document; `folder` contains the locks, `built_at` is seconds since 1970."""
    required, demo = read_lock(folder / "production.txt"), read_lock(folder / "demo.txt")
    optional = {name: locked for name, locked in demo.items() if name not in required}
    product = _purl("admitone", version)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, wheel_sha256)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(built_at, UTC).isoformat(),
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": "admitone",
                "version": version,
                "purl": product,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "hashes": [{"alg": "SHA-256", "content": wheel_sha256}],
            },
        },
        "components": _components(required, "required") + _components(optional, "optional"),
        "dependencies": [
            {
                "ref": product,
                "dependsOn": sorted(_purl(name, locked.version) for name, locked in (required | optional).items()),
            }
        ],
    }


def _components(packages: Mapping[str, Locked], scope: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "library",
            "bom-ref": _purl(name, locked.version),
            "name": name,
            "version": locked.version,
            "purl": _purl(name, locked.version),
            "scope": scope,
            "licenses": [_licence(licence_of(name))],
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": _purl(name, locked.version),
                    # One hash for each file of the release: wheels of every platform, and the source archive.
                    "hashes": [{"alg": "SHA-256", "content": digest} for digest in locked.hashes],
                }
            ],
        }
        for name, locked in sorted(packages.items())
    ]


def _licence(expression: str) -> dict[str, Any]:
    return {"expression": expression} if " " in expression else {"license": {"id": expression}}


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"
