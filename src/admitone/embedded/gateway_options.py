"""The operator's settings of the gateway: trusted proxies, rate limits, host names, TLS, the metrics listener."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import idna

from admitone.embedded.startup_error import StartupError

LOOPBACK = ("127.0.0.0/8", "::1/128")
BOOKING_READ_SECONDS = 6
"""Seconds; longer than the booking role lets a request wait (a pool connection: 5 s), for several servers."""

# Mozilla's recommendation "intermediate" for TLS 1.2: forward secrecy and authenticated encryption, no DHE. TLS 1.3 has
# no others.
MODERN_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
)

_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")
_LISTEN = re.compile(r"unix:/[A-Za-z0-9/._-]+|(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}")


@dataclass(frozen=True)
class RateLimit:
    """Requests a second of one client, and the size of a burst above it."""

    per_second: int
    burst: int


@dataclass(frozen=True)
class RateLimits:
    """`writes` applies to every unsafe method; check-in scans and payment webhooks have their own limits."""

    writes: RateLimit = RateLimit(50, 200)
    scans: RateLimit = RateLimit(300, 600)
    webhooks: RateLimit = RateLimit(500, 1000)


@dataclass(frozen=True)
class Tls:
    """PEM files. `http2_directive`: nginx is 1.25.1 or newer and accepts `http2 on` instead of `listen … http2`."""

    certificate: Path
    key: Path
    http2_directive: bool = True
    ciphers: Sequence[str] = MODERN_CIPHERS


@dataclass(frozen=True)
class GatewayOptions:
    """Defaults: no trusted proxy, every client limited, any host name, no TLS, no metrics listener."""

    trusted_proxies: Sequence[str] = ()
    """Networks (CIDR) whose X-Forwarded-For and X-Forwarded-Proto nginx believes."""
    unlimited_networks: Sequence[str] = ()
    """Networks (CIDR) whose programs have no rate limit, unless a proxy forwarded the request."""
    hosts: Sequence[str] = ()
    """Host names to answer for; others get 421. Empty: any name."""
    metrics_listen: str | None = None
    """`address:port` or `unix:/path` of the listener that answers `/metrics` and `/metrics/<role>`."""
    tls: Tls | None = None
    redirect_listen: Sequence[str] = ()
    """Addresses where plain HTTP is redirected to `public_origin`."""
    acme_server: str | None = None
    """`address:port` that answers challenges for certificates (ACME). None: files of the gateway's folder."""
    public_origin: str | None = None
    """`https://tickets.example`, without a slash at its end."""
    limits: RateLimits = RateLimits()
    routes_by_event: bool = False
    """Whether checkouts of one event go to one of several booking processes."""
    booking_read_seconds: int = BOOKING_READ_SECONDS
    """How long nginx waits for one of several booking servers before it tries the next."""

    def __post_init__(self) -> None:
        for network in (*self.trusted_proxies, *self.unlimited_networks):
            ip_network(network)
        assert self.metrics_listen is None or _LISTEN.fullmatch(self.metrics_listen), self.metrics_listen
        assert not self.redirect_listen or self.public_origin, "a redirect needs an address"
        assert all(_HOST.fullmatch(host) for host in self.hosts), self.hosts


@dataclass(frozen=True)
class PublicAddress:
    """`host`: in ASCII, as clients send it in `Host`, without the port."""

    scheme: str
    host: str
    port: int | None

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}{'' if self.port is None else f':{self.port}'}"


def read_public_address(url: str) -> PublicAddress:
    """Return the parts of the public address. Raises `StartupError` for anything but http(s)://HOST."""
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        host, port = parts.hostname or "", parts.port
        if ":" in host:
            host = f"[{ip_address(host)}]"
        elif not host.isascii():
            host = idna.encode(host, uts46=True).decode()
    except (ValueError, idna.IDNAError) as error:
        raise StartupError(f"The public address {url!r} cannot be read: {error}.") from error
    is_plain = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not is_plain or not _HOST.fullmatch(host):
        raise StartupError("The public address must be http:// or https:// and a host, without a path.")
    return PublicAddress(parts.scheme, host, port)


def read_gateway_options(
    environment: Mapping[str, str], *, demo: bool = False, metrics_listen: str | None = None
) -> GatewayOptions:
    """Return the options that the environment sets. Raises `StartupError` that names every malformed variable.

    In the demo, programs on this machine have no rate limit unless the operator sets one or a trusted proxy runs there,
    and every host name is answered. Elsewhere the host name is that of ADMITONE_PUBLIC_URL, if set. `metrics_listen` is
    the default of the environment's value.
    """
    faults: list[str] = []
    trusted = read_networks(environment, "ADMITONE_TRUSTED_PROXIES", faults)
    unlimited = read_networks(environment, "ADMITONE_UNLIMITED_NETWORKS", faults)
    if demo and "ADMITONE_UNLIMITED_NETWORKS" not in environment and not _overlap(LOOPBACK, trusted):
        unlimited = LOOPBACK
    listen = environment.get("ADMITONE_METRICS_LISTEN") or metrics_listen
    if listen is not None and not _LISTEN.fullmatch(listen):
        faults.append("ADMITONE_METRICS_LISTEN must be address:port or unix:/path.")
    if faults:
        raise StartupError("Settings are wrong:\n" + "\n".join(f"  {fault}" for fault in faults))
    public_url = "" if demo else environment.get("ADMITONE_PUBLIC_URL", "")
    return GatewayOptions(
        trusted_proxies=trusted,
        unlimited_networks=unlimited,
        hosts=(read_public_address(public_url).host,) if public_url else (),
        metrics_listen=listen,
    )


def read_networks(environment: Mapping[str, str], name: str, faults: list[str]) -> tuple[str, ...]:
    """Return the networks (CIDR) of a comma-separated variable; append an error for each malformed one to `faults`."""
    words = [word.strip() for word in environment.get(name, "").split(",") if word.strip()]
    try:
        return tuple(str(ip_network(word)) for word in words)
    except ValueError as error:
        faults.append(f"{name} must be addresses or networks (10.0.0.0/8) with commas between: {error}.")
        return ()


def _overlap(some: Sequence[str], others: Sequence[str]) -> bool:
    pairs = [(ip_network(network), ip_network(other)) for network in some for other in others]
    return any(first.version == other.version and first.overlaps(other) for first, other in pairs)
