"""The address block of a client: limits count by it, because one person can have many email addresses.

IPv4: the single address. A /24 would put 256 unrelated households together. IPv6: the /56, which one subscriber has
(RFC 6177); a single IPv6 address costs nothing to change.

Loopback, Unix sockets and private networks have no block: they are this installation's own programs, its tests, or a
gateway on another machine, whose address would otherwise count for every client.
"""

import ipaddress
from functools import lru_cache

IPV4_PREFIX, IPV6_PREFIX = 32, 56
_OWN = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "0.0.0.0/8"),
        *("::1/128", "::/128", "fc00::/7", "fe80::/10"),
    )
)


@lru_cache(maxsize=4096)
def address_block(address: str | None) -> str | None:
    """Return the block as text; None if the address is unknown, or not public."""
    if not address:
        return None
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:  # "unix:", or text of a proxy that is not an address
        return None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if any(parsed in network for network in _OWN):
        return None
    prefix = IPV4_PREFIX if parsed.version == 4 else IPV6_PREFIX
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


def scope_address(scope: object) -> str | None:
    """Return the client's address from an ASGI scope; the ASGI server reads it from the gateway's header."""
    client = scope.get("client") if isinstance(scope, dict) else None
    return client[0] if client else None
