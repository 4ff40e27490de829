"""`admitone gateway render`: render the gateway's nginx.conf for self-managed machines from command-line options."""

import grp
import os
import pwd
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path

from admitone.embedded.balancer import USER, balancer_sockets, render_balancer
from admitone.embedded.binaries import find_nginx
from admitone.embedded.gateway import CHECKOUTS_MAX, HTTP_ROLES, ServiceFiles, render_gateway
from admitone.embedded.gateway_options import (
    PublicAddress,
    Tls,
    read_gateway_options,
    read_public_address,
)
from admitone.embedded.startup_error import StartupError

_SERVER = re.compile(r"unix:/[A-Za-z0-9/._-]+|(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})")
_ADDRESS = re.compile(r"(?:(?P<address>\[[0-9a-fA-F:]+\]|[0-9.]+|\*):)?(?P<port>[0-9]{1,5})")
_PATH = re.compile(r"/[A-Za-z0-9/._+@:-]*")  # nginx gives quotes, spaces, `$` and `;` a meaning of their own
_NAME = r"[a-z_][a-z0-9_-]{0,31}"
_USER = re.compile(rf"(?P<user>{_NAME})(?::(?P<group>{_NAME}))?")
_USERS = ("www-data", "nginx")  # the paths of Debian's package and of nginx's own packages
_PORT_MAX = 65_535
_HTTP2_DIRECTIVE_SINCE = (1, 25, 1)
_NGINX_SECONDS_MAX = 30


@dataclass(frozen=True)
class GatewayRequest:
    """The options of `admitone gateway render`, not yet validated."""

    servers: Sequence[str]
    public_url: str
    listen: Sequence[str] = ()
    redirect_listen: Sequence[str] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    acme_server: str | None = None
    trusted_proxy: Sequence[str] = ()
    unlimited_network: Sequence[str] = ()
    metrics_listen: str | None = None
    by_event: bool = False
    folder: Path = Path("/var/cache/admitone")
    pid: Path = Path("/run/nginx.pid")
    user: str | None = None
    program: Path | None = None
    has_balancer: bool = False
    balancer_user: str = USER


@dataclass(frozen=True)
class RenderedGateway:
    """A complete nginx.conf, and HAProxy's configuration if there is a balancer behind it."""

    nginx: str
    balancer: str | None


def render_for_operator(request: GatewayRequest, environment: Mapping[str, str] = os.environ) -> RenderedGateway:
    """Return the files. Raises `StartupError` that names every invalid option."""
    faults: list[str] = []
    public = read_public_address(request.public_url)
    upstreams = _read_servers(request.servers, faults)
    tls = _read_tls(request, faults)
    listen = _read_listen("--listen", request.listen or (["443"] if tls else ["80"]), faults)
    redirect = _read_redirect(request, tls, listen, faults)
    _check_acme_server(request.acme_server, redirect, faults)
    options = read_gateway_options(environment)
    trusted = _read_networks("--trusted-proxy", request.trusted_proxy, faults) or options.trusted_proxies
    unlimited = _read_networks("--unlimited-network", request.unlimited_network, faults) or options.unlimited_networks
    metrics = request.metrics_listen or options.metrics_listen
    if metrics is not None and not _is_server(metrics):
        faults.append("--metrics-listen must be ADDRESS:PORT or unix:/path.")
    _check_scheme(public, request, trusted, faults)
    folder, pid = (_plain_path(f"--{name}", getattr(request, name), faults) for name in ("folder", "pid"))
    user = _read_user(request.user or _installed_user(), faults)
    if not re.fullmatch(_NAME, request.balancer_user):  # HAProxy has a setting of its own for the group
        faults.append("--balancer-user must be the name of a user.")
    if faults:
        raise StartupError("The gateway cannot be rendered:\n" + "\n".join(f"  {fault}" for fault in faults))
    balancer, checkouts_max = None, CHECKOUTS_MAX
    if request.has_balancer:
        checkouts_max *= len(upstreams["booking"])
        balancer = render_balancer(
            folder=folder,
            upstreams=upstreams,
            user=request.balancer_user,
            socket_user=user.name if user else None,
            routes_by_event=request.by_event,
        )
        upstreams = {role: [f"unix:{path}"] for role, path in balancer_sockets(folder, HTTP_ROLES).items()}
    nginx = render_gateway(
        listen=listen,
        folder=folder,
        upstreams=upstreams,
        checkouts_max=checkouts_max,
        user=user.in_nginx if user else None,
        service=ServiceFiles(pid=pid, error_log=folder / "error.log"),
        options=replace(
            options,
            hosts=(public.host,),
            public_origin=public.origin,
            redirect_listen=redirect,
            acme_server=request.acme_server,
            trusted_proxies=trusted,
            unlimited_networks=unlimited,
            metrics_listen=metrics,
            routes_by_event=request.by_event,
            tls=tls,
        ),
    )
    return RenderedGateway(nginx, balancer)


def nginx_version(program: Path) -> tuple[int, ...]:
    """Return the version, for example (1, 22, 1). Raises `StartupError` if the program is not nginx."""
    try:
        ended = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=_NGINX_SECONDS_MAX, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise StartupError(f"{program} does not run: {error}.") from error
    found = re.search(r"/(\d+(?:\.\d+)+)", ended.stderr)
    if found is None:
        raise StartupError(f"{program} is not nginx.")
    return tuple(int(part) for part in found.group(1).split("."))


def _read_servers(written: Sequence[str], faults: list[str]) -> dict[str, list[str]]:
    upstreams: dict[str, list[str]] = {role: [] for role in HTTP_ROLES}
    for words in written:
        names, equals, server = words.partition("=")
        if not equals or not _is_server(server):
            faults.append(f"--role {words} must be NAME=HOST:PORT or NAME=unix:/path.")
            continue
        for name in names.split(","):
            if name not in upstreams:
                faults.append(f"--role {words}: there is no role {name!r}; the roles are {', '.join(HTTP_ROLES)}.")
            elif server not in upstreams[name]:
                upstreams[name].append(server)
    missing = [role for role, servers in upstreams.items() if not servers]
    if missing:
        faults.append(f"--role is missing for {', '.join(missing)}: nginx needs a server of every role.")
    return upstreams


def _is_server(words: str) -> bool:
    found = _SERVER.fullmatch(words)
    return found is not None and (found["port"] is None or 1 <= int(found["port"]) <= _PORT_MAX)


def _read_listen(option: str, written: Sequence[str], faults: list[str]) -> tuple[str, ...]:
    listen: list[str] = []
    for words in written:
        found = _ADDRESS.fullmatch(words)
        if found is None or not 1 <= int(found["port"]) <= _PORT_MAX:
            faults.append(f"{option} {words} must be a port, or ADDRESS:PORT ([::1]:443).")
        else:
            # A port without an address means every IPv4 address and every IPv6 address.
            listen += [words] if found["address"] else [words, f"[::]:{words}"]
    return tuple(dict.fromkeys(listen))


def _read_redirect(
    request: GatewayRequest, tls: Tls | None, listen: Sequence[str], faults: list[str]
) -> tuple[str, ...]:
    if tls is None or "off" in request.redirect_listen:
        if request.redirect_listen and "off" not in request.redirect_listen:
            faults.append("--redirect-listen needs --tls-certificate: there is no https:// to redirect to.")
        return ()
    redirect = _read_listen("--redirect-listen", request.redirect_listen or ["80"], faults)
    both = [address for address in redirect if address in listen]
    faults += [f"--redirect-listen {address} is also where https:// listens." for address in both]
    return redirect


def _check_acme_server(server: str | None, redirect: Sequence[str], faults: list[str]) -> None:
    if server is None:
        return
    if not _is_server(server):
        faults.append("--acme-server must be HOST:PORT or unix:/path.")
    if not redirect:
        faults.append("--acme-server needs a certificate and --redirect-listen: challenges come by http://.")


def _read_tls(request: GatewayRequest, faults: list[str]) -> Tls | None:
    if request.tls_certificate is None and request.tls_key is None:
        return None
    if request.tls_certificate is None or request.tls_key is None:
        faults.append("--tls-certificate and --tls-key go together.")
        return None
    certificate = _plain_path("--tls-certificate", request.tls_certificate, faults)
    key = _plain_path("--tls-key", request.tls_key, faults)
    program = request.program
    if program is None:
        with suppress(StartupError):  # nginx runs on another machine: every version accepts `listen … http2`
            program = find_nginx(os.environ)
    takes_directive = program is not None and nginx_version(program) >= _HTTP2_DIRECTIVE_SINCE
    return Tls(certificate, key, http2_directive=takes_directive)


def _read_networks(option: str, written: Sequence[str], faults: list[str]) -> tuple[str, ...]:
    networks: list[str] = []
    for words in written:
        try:
            networks.append(str(ip_network(words)))
        except ValueError as error:
            faults.append(f"{option} must be an address or a network (10.0.0.0/8): {error}.")
    return tuple(networks)


def _check_scheme(public: PublicAddress, request: GatewayRequest, trusted: Sequence[str], faults: list[str]) -> None:
    has_tls = request.tls_certificate is not None or request.tls_key is not None  # one alone is a fault of its own
    if public.scheme == "https" and not has_tls and not trusted:
        faults.append(
            f"--public-url is {public.origin}, and TLS is missing: give --tls-certificate and --tls-key, or name "
            "the proxy in front that does by --trusted-proxy."
        )
    if public.scheme == "http" and has_tls:
        faults.append(f"--public-url is {public.origin}, but with --tls-certificate buyers open https://.")


def _plain_path(option: str, path: Path, faults: list[str]) -> Path:
    absolute = path.absolute()
    if not _PATH.fullmatch(str(absolute)):
        faults.append(f"{option} {absolute} has characters that nginx interprets: use letters, digits and /._+@-")
    return absolute


@dataclass(frozen=True)
class _User:
    """A user, and the group if it is known."""

    name: str
    group: str | None

    @property
    def in_nginx(self) -> str:
        """Return user and group: nginx else looks for a group of the user's name, which may not exist."""
        return self.name if self.group is None else f"{self.name} {self.group}"


def _read_user(written: str | None, faults: list[str]) -> _User | None:
    if written is None:
        return None
    found = _USER.fullmatch(written)
    if found is None:
        faults.append("--user must be the name of a user, or USER:GROUP.")
        return None
    name, group = found["user"], found["group"]
    if group is None:
        with suppress(KeyError):  # a user of the gateway's machine, not of this one
            group = grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name
    return _User(name, group)


def _installed_user() -> str | None:
    for name in _USERS:
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None
