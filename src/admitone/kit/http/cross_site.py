"""Refuse unsafe requests that a page of another site makes its visitors' browsers send.

Browsers say where a request comes from: `Sec-Fetch-Site` (all current ones, over HTTPS), else `Origin`. Programs send
neither and are not refused. The pages trust the cookie of a booking, and a hold, a place in a queue and a limit belong
to an address, so a page elsewhere could release or use up those of its visitors. A request with an API key is refused
too: no page of another site has a reason to have one.
"""

from collections.abc import Mapping

from litestar.handlers import BaseRouteHandler

from admitone.kit.http.access import Connection, Guard
from admitone.kit.refusal import Kind, Refusal

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FROM_ANYWHERE = "from_anywhere"
"""The key in a handler's `opt` that exempts it: webhooks."""

_DEFAULT_PORTS = (":80", ":443")


class CrossSiteRequest(Refusal):
    code = "cross-site-request"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("A page of another site sent this. Only pages of this site and programs may change anything.")


class SameSite:
    """`public_url`: where buyers reach the pages; a proxy in front may send roles another Host."""

    def __init__(self, public_url: str) -> None:
        self._host = _host(public_url)

    def check(self, headers: Mapping[bytes, bytes]) -> None:
        """Raise `CrossSiteRequest`. Header names in lower case."""
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            is_ours = site in (b"same-origin", b"none")
        elif (origin := headers.get(b"origin")) is not None:
            # A proxy may end TLS in front of the gateway, so the scheme says nothing here: hosts are compared.
            host = _host(origin.decode("latin-1"))
            is_ours = host != "" and host in (self._host, _host("//" + headers.get(b"host", b"").decode("latin-1")))
        else:
            return
        if not is_ours:
            raise CrossSiteRequest

    def guard(self) -> Guard:
        """Return a guard of all routes; it runs before a body is read."""

        async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
            if connection.scope.get("method") not in SAFE_METHODS and not handler.opt.get(FROM_ANYWHERE):
                self.check(dict(connection.scope["headers"]))

        return guard


def _host(url: str) -> str:
    """Return host and port of an address, without a default port; "" if there is none (`Origin: null`)."""
    host = url.partition("//")[2].partition("/")[0].lower()
    port = next((port for port in _DEFAULT_PORTS if host.endswith(port)), "")
    return host.removesuffix(port)
