"""How long the certificate of the public URL is valid, as a browser sees it."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from socket import create_connection
from urllib.parse import urlsplit

from admitone.runtime.server_checks import ServerCheckError, ServerCheckImpossible

DAYS_MIN = 14
"""Certificates of 90 days are renewed a month before their end: with fewer days left, the renewal fails."""
_SECONDS_MAX = 5


def _host_now() -> datetime:
    return datetime.now(UTC)


def check_certificate(
    public_url: str, *, authorities: str | None = None, now: Callable[[], datetime] = _host_now
) -> str:
    """Return a description of the certificate. `authorities`: a PEM file to trust instead of the system's.

    Raises `ServerCheckError` if browsers refuse it, or soon will, and `ServerCheckImpossible` on a host that does not
    reach the public address, as behind some firewalls.
    """
    parts = urlsplit(public_url)
    if parts.scheme != "https" or parts.hostname is None:
        return "none: ADMITONE_PUBLIC_URL is http://"
    context = ssl.create_default_context(cafile=authorities)
    try:
        with (
            create_connection((parts.hostname, parts.port or 443), _SECONDS_MAX) as connection,
            context.wrap_socket(connection, server_hostname=parts.hostname) as tls,
        ):
            presented = tls.getpeercert()
    except ssl.SSLCertVerificationError as error:
        raise ServerCheckError(f"browsers refuse it: {error.verify_message}") from error
    except ssl.SSLError as error:  # an OSError too, but something was reached
        raise ServerCheckError(f"what answers there speaks no TLS that browsers know ({error.reason})") from error
    except OSError as error:
        raise ServerCheckImpossible(
            f"{public_url} is not reached from this host ({error}): run doctor on a host that reaches it"
        ) from error
    assert presented is not None, "the certificate was verified"
    ends_at = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(presented["notAfter"])), UTC)
    left = ends_at - now()
    if left < timedelta(days=DAYS_MIN):
        raise ServerCheckError(f"it ends in {left.days} days ({ends_at:%Y-%m-%d}): renew it, and reload nginx")
    return f"valid until {ends_at:%Y-%m-%d}, {left.days} days"
