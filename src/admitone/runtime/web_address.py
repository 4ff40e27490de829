"""Read the web addresses of settings: a malformed one is a fault that names its variable, not an exception."""

from urllib.parse import SplitResult, urlsplit


def read_web_address(url: str) -> SplitResult | None:
    """Return the parts of an http:// or https:// URL with a host; None for another one."""
    try:
        parts = urlsplit(url)
        is_readable = parts.port is None or parts.port > 0
    except ValueError:  # brackets without an IPv6 address, or a port that is no number
        return None
    return parts if is_readable and parts.scheme in ("http", "https") and parts.hostname else None
