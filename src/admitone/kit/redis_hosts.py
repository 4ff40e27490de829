"""The part of an address that names several Redis servers: `[user:password@]host[:port][,host[:port]…]`."""

from urllib.parse import unquote, urlsplit

Host = tuple[str, int]


def parse_credentials(netloc: str) -> tuple[str | None, str | None]:
    """Return the user and the password; None for each that is missing."""
    username, _, password = netloc.rpartition("@")[0].partition(":")
    return unquote(username) or None, unquote(password) or None


def parse_hosts(netloc: str, *, port: int) -> tuple[Host, ...]:
    """Return the hosts; `port`: of those that name none. Raises `ValueError`, whose text contains no password."""
    return tuple(_parse_host(host.strip(), port) for host in netloc.rpartition("@")[2].split(","))


def _parse_host(text: str, default_port: int) -> Host:
    # urlsplit parses one host and its port, also an IPv6 address in brackets.
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"{text!r} is not a host and a port") from None
    if not host or parts.path or parts.query:
        raise ValueError(f"{text!r} is not a host and a port")
    return host, port or default_port
