"""Faults of the cluster that change how a host sees the others: a wrong clock, a slow cable, a new certificate."""

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from scripts.cluster import product
from scripts.cluster.cluster import Cluster
from scripts.cluster.host import Host, Service
from scripts.cluster.namespaces import call_in

CLOCK_SECONDS = 15.0
SLOW_MS, SLOW_SECONDS = 100, 15.0
RELOADS_SECONDS = 6.0

_HOST_AT = 0
_link: list[subprocess.Popen[bytes]] = []


def false_clock(offset: str) -> Mapping[str, str]:
    """Return the environment of a process whose clock is off; its timers run as before."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": offset,
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def set_clock_off(cluster: Cluster, offset: str) -> dict[str, Any]:
    """Restart every role of a host with a clock that is off, and sell for a while."""
    host = cluster.applications[_HOST_AT]
    for name, service in list(host.services.items()):
        _replace(cluster, host, name, replace(service, environment={**service.environment, **false_clock(offset)}))
    time.sleep(CLOCK_SECONDS)
    return {"doctor": _doctor_of_clock(cluster, host, offset)}


def set_clock_right(cluster: Cluster) -> None:
    host = cluster.applications[_HOST_AT]
    for name, service in list(host.services.items()):
        kept = {key: value for key, value in service.environment.items() if key not in false_clock("")}
        _replace(cluster, host, name, replace(service, environment=kept))


def _replace(cluster: Cluster, host: Host, name: str, service: Service) -> None:
    host.stop(name)
    host.run(service)
    if name in product.PROCESSES:
        port = product.PROCESSES[name][1]
        cluster.wait_until(f"{name} of {host.name} is ready", lambda: cluster.is_ready(host, port))


def _doctor_of_clock(cluster: Cluster, host: Host, offset: str) -> str:
    """Return what `admitone doctor` says about the clock of this host."""

    def ask() -> str:
        environment = {**os.environ, **cluster.settings, **false_clock(offset)}
        with subprocess.Popen(
            product.command("doctor"), env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as doctor:
            return doctor.communicate()[0]

    said = call_in(host.name, ask).splitlines()
    return next((line.strip() for line in said if "clock" in line), "nothing")


def slow_down(cluster: Cluster) -> dict[str, Any]:
    """Delay every packet of a host for a while."""
    host = cluster.applications[_HOST_AT]
    number = host.address.rpartition(".")[2]
    command = [sys.executable, "-m", "scripts.cluster.slow_link", host.name, number, str(SLOW_MS)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    _link.append(process)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n", "the link did not start"
    began = time.monotonic()
    socket.create_connection((host.address, product.PROCESSES["booking"][1]), timeout=5).close()
    handshake = time.monotonic() - began
    time.sleep(SLOW_SECONDS)
    return {"milliseconds_to_connect": round(handshake * 1000)}


def speed_up(_cluster: Cluster) -> None:
    while _link:
        process = _link.pop()
        process.terminate()
        process.wait()


def replace_certificate(cluster: Cluster) -> dict[str, Any]:
    """Install a new certificate and reload nginx and HAProxy, first on the gateway that has no buyers."""
    files = cluster.certificates[1]
    for host in sorted(cluster.gateways, key=lambda host: host is cluster.active_gateway()):
        product.use_certificate(host, files)
        product.reload_gateway(host)
    time.sleep(RELOADS_SECONDS)
    served = ssl.get_server_certificate((product.VIRTUAL_ADDRESS, 443))
    assert served.strip() == files[0].read_text().strip(), "the gateway still has the old certificate"
    return {"new_certificate": "is served"}
