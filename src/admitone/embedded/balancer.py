"""Render HAProxy's configuration: it stands between nginx and the roles, and takes servers that hang out of use.

The nginx of the gateway then has one server of each role, a socket of HAProxy.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from admitone.embedded.config_template import load_template

USER = "haproxy"
"""The user of Debian's package."""


@dataclass(frozen=True)
class HealthCheck:
    """When a server counts as lost: `fall` checks in succession without an answer.

    A host that freezes is out of use after at most 1.8 s with these values. A machine under load answers `/healthz`,
    which needs no server and no queue, in milliseconds.
    """

    interval_ms: int = 500
    timeout_ms: int = 600
    fall: int = 2


@dataclass(frozen=True)
class _Server:
    """`tracked`: the server of another role in the same process, whose checks count for this one too."""

    name: str
    address: str
    tracked: str | None


def balancer_sockets(folder: Path, roles: Sequence[str]) -> dict[str, Path]:
    """Return the socket of each role, where nginx reaches HAProxy."""
    return {role: folder / f"balancer-{role}.sock" for role in roles}


def render_balancer(
    *,
    folder: Path,
    upstreams: Mapping[str, Sequence[str]],
    user: str | None = USER,
    socket_user: str | None = None,
    check: HealthCheck | None = None,
    routes_by_event: bool = False,
) -> str:
    """Return haproxy.cfg.

    `upstreams` maps every role to its servers (`unix:/path` or `host:port`). HAProxy runs as `user`; None: as the user
    that starts it. `socket_user` owns the sockets: the user of nginx's workers.
    With `routes_by_event`, requests that name one event meet in one booking process.
    """
    return load_template("balancer.conf").render(
        user=user,
        socket_user=socket_user,
        check=check or HealthCheck(),
        routes_by_event=routes_by_event,
        sockets=balancer_sockets(folder, list(upstreams)),
        upstreams=_name_servers(upstreams),
    )


def _name_servers(upstreams: Mapping[str, Sequence[str]]) -> dict[str, list[_Server]]:
    checked: dict[str, str] = {}
    named: dict[str, list[_Server]] = {}
    for role, addresses in upstreams.items():
        named[role] = []
        for number, address in enumerate(addresses, start=1):
            server = _Server(f"server{number}", address.replace("unix:", "unix@"), checked.get(address))
            checked.setdefault(address, f"{role}/{server.name}")
            named[role].append(server)
    return named
