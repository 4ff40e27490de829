"""The product on the hosts of the cluster: its roles, and two gateways that share one address."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.cluster.engines import SERVICE
from scripts.cluster.host import Host, Service
from scripts.cluster.namespaces import NETWORK

VIRTUAL_ADDRESS = f"{NETWORK}.10"
GATEWAY_USER, BALANCER_USER = "www-data", "haproxy"
APP, OWNER = "admitone_app", "admitone_owner"
# As docs/how-to/run_in_production.md lays them out.
PROCESSES: Mapping[str, tuple[Sequence[str], int]] = {
    "pages": (("catalogue", "pages", "console"), 8101),
    "search": (("search",), 8102),
    "booking": (("booking",), 8103),
    "live": (("live",), 8104),
}
# Three missed advertisements of the active gateway, and the other one takes the address.
ADVERT_SECONDS = 0.3


def database_url(hosts: Sequence[Host], user: str = APP) -> str:
    names = ",".join(host.address for host in hosts)
    return f"postgresql://{user}@{names}/admitone?target_session_attrs=read-write"


def redis_url(hosts: Sequence[Host], form: str) -> str:
    if form == "cluster":
        return f"redis+cluster://{','.join(host.address for host in hosts)}"
    return f"redis+sentinel://{','.join(host.address for host in hosts)}/{SERVICE}/0"


def settings(database: str, redis: str, search: str, public_url: str, gateways: Sequence[Host]) -> dict[str, str]:
    """Return the settings that all hosts share. `search` is empty for the embedded index."""
    return {
        "ADMITONE_DATABASE_URL": database,
        "ADMITONE_REDIS_URL": redis,
        "ADMITONE_SEARCH_URL": search,
        "ADMITONE_SECRET_KEY": secrets.token_hex(32),
        "ADMITONE_PUBLIC_URL": public_url,
        "ADMITONE_PAYMENTS": "simulated",
        "ADMITONE_TRUSTED_PROXIES": ",".join(host.address for host in gateways),
    }


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "admitone", *arguments]


def admitone(environment: Mapping[str, str], *arguments: str) -> str:
    """Run a command of the product; return its output."""
    ended = subprocess.run(
        command(*arguments), env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
    )
    return ended.stdout.strip()


def run_roles(host: Host, environment: Mapping[str, str]) -> None:
    """Start every role and the worker.

    While a role restarts, its port refuses connections, and the gateway asks another host at once. A listening socket
    that the host keeps would make requests wait for the start.
    """
    environment = {**environment, "ADMITONE_DATA_DIR": str(host.own_folder("data"))}
    for name, (roles, port) in PROCESSES.items():
        arguments = command("serve", *roles, "--host", host.address, "--port", str(port))
        host.run(Service(name, arguments, environment))
    host.run(Service("worker", command("worker"), environment))


def use_certificate(host: Host, files: tuple[Path, Path]) -> None:
    """Install a certificate and its key where nginx reads them; a running nginx reads them when it is reloaded."""
    for source, target in zip(files, _certificate_files(host), strict=True):
        replaced = target.with_suffix(".new")
        shutil.copyfile(source, replaced)
        replaced.replace(target)


def _certificate_files(host: Host) -> tuple[Path, Path]:
    return host.folder / "tls.pem", host.folder / "tls.key"


def run_gateway(host: Host, applications: Sequence[Host], public_url: str, *, is_first: bool) -> None:
    """Start HAProxy, nginx, and keepalived, which gives the host the virtual address while nginx runs.

    With `https:`, the host has a certificate already (`use_certificate`).
    """
    folder = host.own_folder("nginx")
    folder.chmod(0o755)
    configuration, balancer = host.folder / "nginx.conf", host.folder / "haproxy.cfg"
    servers = [
        f"--role={','.join(roles)}={each.address}:{port}" for roles, port in PROCESSES.values() for each in applications
    ]
    certificate, key = _certificate_files(host)
    listen = ["--listen=0.0.0.0:80"]
    if public_url.startswith("https:"):
        listen = ["--listen=0.0.0.0:443", "--redirect-listen=0.0.0.0:80"]
        listen += [f"--tls-certificate={certificate}", f"--tls-key={key}"]
    admitone(
        {},
        "gateway",
        "render",
        *servers,
        f"--public-url={public_url}",
        *listen,
        f"--unlimited-network={NETWORK}.0/24",
        f"--folder={folder}",
        f"--pid={host.folder / 'nginx.pid'}",
        f"--user={GATEWAY_USER}",
        f"--out={configuration}",
        f"--balancer-out={balancer}",
        f"--balancer-user={BALANCER_USER}",
    )
    host.run(Service("haproxy", ["haproxy", "-W", "-f", str(balancer)]))
    host.run(Service("nginx", ["nginx", "-c", str(configuration), "-g", "daemon off;"]))
    failover = host.folder / "keepalived.conf"
    failover.write_text(keepalived_configuration(host, is_first=is_first))
    failover.chmod(0o644)
    pid = host.folder / "keepalived.pid"
    options = ["--dont-fork", "--log-console", "--vrrp", f"--use-file={failover}"]
    pids = [f"--pid={pid}", f"--vrrp_pid={pid}-vrrp"]
    host.run(Service("keepalived", ["keepalived", *options, *pids]))


def reload_gateway(host: Host) -> None:
    """Have nginx and HAProxy read their files again; their old processes serve what they have begun."""
    for name, number in (("haproxy", signal.SIGUSR2), ("nginx", signal.SIGHUP)):
        process = host.services[name].process
        assert process is not None
        process.send_signal(number)


def keepalived_configuration(host: Host, *, is_first: bool) -> str:
    return f"""
global_defs {{
    router_id {host.name}
    vrrp_version 3
    script_user root
}}
vrrp_script nginx {{
    script "/bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/80'"
    interval 1
    timeout 1
    fall 1
    rise 1
}}
vrrp_instance tickets {{
    state BACKUP
    nopreempt
    interface eth0
    virtual_router_id 77
    priority {150 if is_first else 100}
    advert_int {ADVERT_SECONDS}
    garp_master_delay 1
    virtual_ipaddress {{
        {VIRTUAL_ADDRESS}/24
    }}
    track_script {{
        nginx
    }}
}}
"""
