"""The server of `scripts/opensearch` and of `./run cluster`: its jars, and the command that runs a node.

`scripts/opensearch` imports it without the project's packages, so it needs the standard library alone.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SOURCES = Path(__file__).resolve().parent / "opensearch_node"
KEPT = Path(__file__).resolve().parent.parent / ".opensearch"

# The nodes drop one that is silent after some six seconds instead of half a minute: until then, writes wait for it.
QUICK_CHECKS = {
    f"cluster.fault_detection.{check}.{name}": value
    for check in ("follower_check", "leader_check")
    for name, value in {"interval": "1s", "timeout": "2s", "retry_count": "2"}.items()
}


@dataclass(frozen=True)
class Node:
    """A node of a cluster: `home` keeps its data; `settings` are OpenSearch's own, beside those of every node."""

    name: str
    home: Path
    address: str
    http_port: int
    transport_port: int
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://{self.address}:{self.http_port}"

    @property
    def transport(self) -> str:
        return f"{self.address}:{self.transport_port}"


def missing_programs() -> list[str]:
    return [name for name in ("java", "javac", "mvn") if shutil.which(name) is None]


def fetch() -> Path:
    """Return the folder with the jars and our compiled class; created once per version of the sources."""
    texts = [path.read_bytes() for path in sorted(SOURCES.iterdir()) if path.is_file()]
    folder = KEPT / hashlib.sha256(b"".join(texts)).hexdigest()[:16]
    if folder.exists():
        return folder
    KEPT.mkdir(exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=KEPT))
    copying = "dependency:copy-dependencies"
    maven = ["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), copying, f"-DoutputDirectory={half}"]
    java = ["javac", "-cp", f"{half}/*", "-d", str(half), str(SOURCES / "OpenSearchNode.java")]
    for command in (maven, java):
        # Reserve standard output for the line that reports readiness.
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    try:
        half.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(half)
    return folder


def node_command(
    program: Path, node: Node, nodes: Sequence[Node], *, heap: str, options: Sequence[str] = ()
) -> list[str]:
    """Return the command that runs a node of the cluster of `nodes` until its standard input ends.

    `program` is the folder that `fetch` returned, `options` are Java's.
    """
    command = ["java", f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:-UsePerfData"]
    command += [f"-Djava.io.tmpdir={node.home.parent}", "-Djava.awt.headless=true", "-Dlog4j2.disable.jmx=true"]
    # Errors alone, by default.
    command += ["-Dorg.apache.logging.log4j.level=INFO"]
    command += [*options, "-cp", f"{program}:{program}/*", "OpenSearchNode", str(node.home)]
    return command + [f"{name}={value}" for name, value in _settings(node, nodes).items()]


def _settings(node: Node, nodes: Sequence[Node]) -> dict[str, str]:
    settings = {
        "cluster.name": "admitone",
        "node.name": node.name,
        "node.roles": "cluster_manager,data,ingest",
        "network.host": node.address,
        "http.port": str(node.http_port),
        "transport.port": str(node.transport_port),
        # A write to an index that was just swapped away must fail, not create it again without its mapping.
        "action.auto_create_index": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    if len(nodes) == 1:
        settings["discovery.type"] = "single-node"
    else:
        settings["discovery.seed_hosts"] = ",".join(each.transport for each in nodes)
        # All of them: a node that lost its data must join the others, not found a cluster by itself.
        settings["cluster.initial_cluster_manager_nodes"] = ",".join(each.name for each in nodes)
    return {**settings, **node.settings}
