"""Fetch a picture from an address that an organizer wrote, without lending them our place in the network.

Server-side request forgery: an address may name a host of the internal network, or redirect to one, or a name whose
second answer differs from its first (DNS rebinding). Each hop is checked: scheme, port and credentials; its name is
resolved once, every address must be public, and the connection goes to one of these addresses, not to the name.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from admitone.catalogue.contracts import PICTURE_BYTES_MAX
from admitone.catalogue.domain.pictures import PictureRefused, PictureUnreachable

SECONDS_MAX = 20.0
"""For everything: names, redirects, body."""
STEP_SECONDS_MAX = 5.0
REDIRECTS_MAX = 3
PORTS = {"http": 80, "https": 443}
HEADERS = {
    "Accept": "image/webp,image/jpeg,image/png,image/gif",
    "Accept-Encoding": "identity",
    "User-Agent": "AdmitOne (pictures of events)",
}
# Public by their form, but they lead to the IPv4 address inside.
_EMBEDDING = tuple(ipaddress.ip_network(network) for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16"))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_public(address: Address) -> bool:
    """Return whether an address is on the public internet: not loopback, private, link-local, shared or reserved."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _EMBEDDING):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


@dataclass(frozen=True)
class PictureFetcher:
    """`is_allowed` and `ports` are given by tests, which fetch from this machine."""

    is_allowed: Callable[[Address], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())
    seconds_max: float = SECONDS_MAX

    async def fetch(self, url: str) -> bytes:
        """Return the bytes at an address. Raises `PictureRefused`, `PictureUnreachable`."""
        try:
            async with asyncio.timeout(self.seconds_max):
                return await self._follow(url)
        except TimeoutError:
            raise PictureUnreachable(f"The picture did not arrive within {self.seconds_max:.0f} seconds.") from None

    async def _follow(self, url: str) -> bytes:
        for _ in range(REDIRECTS_MAX + 1):
            found = await self._ask(url)
            if isinstance(found, bytes):
                return found
            url = found
        raise PictureRefused(f"The address redirects more than {REDIRECTS_MAX} times.")

    async def _ask(self, url: str) -> bytes | str:
        """Return the body, or the address that the host redirects to."""
        parts = _parse(url)
        port = parts.port or PORTS[parts.scheme]
        if port not in self.ports:
            raise PictureRefused(f"Pictures are not fetched from port {port}.")
        address = await self._resolve(parts.host, port)
        pinned = parts.copy_with(host=str(address))
        # `trust_env=False`: a proxy would resolve the name again.
        async with httpx.AsyncClient(trust_env=False, timeout=STEP_SECONDS_MAX) as client:
            request = client.build_request(
                "GET",
                pinned,
                headers={**HEADERS, "Host": parts.netloc.decode()},
                extensions={"sni_hostname": parts.host},
            )
            try:
                answer = await client.send(request, stream=True)
                try:
                    return await _read(answer, parts)
                finally:
                    await answer.aclose()
            except httpx.HTTPError as error:
                raise PictureUnreachable(f"The picture's host does not answer ({type(error).__name__}).") from error

    async def _resolve(self, host: str, port: int) -> Address:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise PictureUnreachable("The picture's host has no address.") from error
        addresses = [ipaddress.ip_address(place[0]) for *_, place in found]
        if not addresses or not all(self.is_allowed(address) for address in addresses):
            raise PictureRefused("The picture's host is not on the public internet.")
        return addresses[0]


def _parse(url: str) -> httpx.URL:
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        raise PictureRefused("The address of the picture is not valid.") from None
    if parts.scheme not in PORTS or not parts.host:
        raise PictureRefused("The address of a picture begins with https:// or http:// and a host.")
    if parts.userinfo:
        raise PictureRefused("The address of a picture has no user name or password.")
    return parts


async def _read(answer: httpx.Response, asked: httpx.URL) -> bytes | str:
    if answer.is_redirect:
        # Relative to the name, not to the address that was connected to.
        return str(asked.join(answer.headers.get("location", "")))
    if answer.status_code >= 500 or answer.status_code == 429:
        raise PictureUnreachable(f"The picture's host answers {answer.status_code}.")
    if answer.status_code != 200:
        raise PictureRefused(f"The picture's host answers {answer.status_code}.")
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not media_type.startswith("image/") and media_type not in ("", "application/octet-stream"):
        raise PictureRefused(f"The address is that of {media_type[:60]}, not of a picture.")
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > PICTURE_BYTES_MAX:
            raise PictureRefused(f"The picture has more than {PICTURE_BYTES_MAX // 1024**2} MB.")
    return bytes(body)
