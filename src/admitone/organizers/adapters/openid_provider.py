"""Speak OpenID Connect (Core 1.0, authorization code with PKCE) with the installation's identity provider."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from admitone.organizers.domain.provider_sign_in import (
    CLOCK_SECONDS,
    Pending,
    ProviderRefused,
    ProviderUnavailable,
    code_challenge,
)

SECONDS_MAX = 8.0
BYTES_MAX = 256 * 1024
REMEMBERED = timedelta(minutes=15)
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "Ed25519", "EdDSA")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Metadata(Struct, frozen=True):
    """The part of the provider's configuration that we need."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class OpenIdProvider:
    """`redirect_uri`: where the provider sends the browser back to. The configuration and the keys are remembered for
    15 minutes; the keys are read again for a signature by an unknown key."""

    def __init__(
        self, issuer: str, client_id: str, client_secret: str, redirect_uri: str, now: Callable[[], datetime]
    ) -> None:
        self.issuer = issuer
        self._client_id, self._client_secret = client_id, client_secret
        self._redirect_uri, self._now = redirect_uri, now
        self._known: tuple[datetime, Metadata, KeySet] | None = None
        self._reading = asyncio.Lock()

    async def authorization_url(self, pending: Pending) -> str:
        """Return where the browser goes. A confirmation asks the person to sign in there again.

        Raises `ProviderUnavailable`.
        """
        metadata, _ = await self._configuration()
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": "openid email profile",
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": code_challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
        if pending.session_id is not None:
            query |= {"prompt": "login", "max_age": "0"}
        glue = "&" if urlsplit(metadata.authorization_endpoint).query else "?"
        return f"{metadata.authorization_endpoint}{glue}{urlencode(query)}"

    async def exchange(self, code: str, pending: Pending) -> dict[str, Any]:
        """Return the verified claims of the person who signed in. Raises `ProviderRefused`, `ProviderUnavailable`."""
        metadata, keys = await self._configuration()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": pending.verifier,
        }
        auth: tuple[str, str] | None = (self._client_id, self._client_secret)
        if "client_secret_basic" not in metadata.token_endpoint_auth_methods_supported:
            form, auth = {**form, "client_id": self._client_id, "client_secret": self._client_secret}, None
        tokens = await self._request("POST", metadata.token_endpoint, is_exchange=True, data=form, auth=auth)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str):
            raise ProviderRefused("The identity provider sent no proof of who you are.")
        claims = self._verify(id_token, keys, pending)
        if claims is None:  # perhaps the provider has new keys
            _, keys = await self._configuration(is_new=True)
            claims = self._verify(id_token, keys, pending)
        if claims is None:
            raise ProviderRefused("The proof of the identity provider is not valid.")
        if "email" not in claims and metadata.userinfo_endpoint and isinstance(access_token, str):
            headers = {"Authorization": f"Bearer {access_token}"}
            more = await self._request("GET", metadata.userinfo_endpoint, headers=headers)
            if more.get("sub") == claims.get("sub"):
                claims = {**more, **claims}
        return claims

    def _verify(self, id_token: str, keys: KeySet, pending: Pending) -> dict[str, Any] | None:
        """Return the claims of an ID token for us and this sign-in (Core 1.0, 3.1.3.7); None for another one."""
        now = int(self._now().timestamp())
        try:
            claims: dict[str, Any] = jwt.decode(id_token, keys, algorithms=list(_ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                now=now,
                leeway=CLOCK_SECONDS,
                iss={"essential": True, "value": self.issuer},
                sub={"essential": True},
                aud={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": pending.nonce},
            ).validate(claims)
        except (JoseError, ValueError):
            return None
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        # Of several audiences, `azp` says which of them asked.
        party = claims.get("azp", self._client_id if len(audience) == 1 else None)
        return claims if self._client_id in audience and party == self._client_id else None

    async def _configuration(self, *, is_new: bool = False) -> tuple[Metadata, KeySet]:
        async with self._reading:
            if self._known is not None and not is_new and self._now() - self._known[0] < REMEMBERED:
                return self._known[1], self._known[2]
            found = await self._request("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            try:
                metadata = msgspec.convert(found, Metadata)
            except msgspec.ValidationError as error:
                raise ProviderUnavailable from error
            addresses: tuple[str, ...] = (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri)
            if metadata.userinfo_endpoint is not None:
                addresses = (*addresses, metadata.userinfo_endpoint)  # it receives the access token
            if metadata.issuer != self.issuer or not all(map(is_private_channel, addresses)):
                raise ProviderUnavailable
            document: Any = await self._request("GET", metadata.jwks_uri)
            try:
                keys = KeySet.import_key_set(document)
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderUnavailable from error
            self._known = (self._now(), metadata, keys)
            return metadata, keys

    async def _request(self, method: str, url: str, *, is_exchange: bool = False, **options: Any) -> dict[str, Any]:
        """Return the JSON object of a success, which has at most `BYTES_MAX` and `SECONDS_MAX` to arrive.

        Raises `ProviderRefused` if the exchange of a code is answered by a 4xx, else `ProviderUnavailable`.
        """
        body = bytearray()
        try:
            async with (
                asyncio.timeout(SECONDS_MAX),
                httpx.AsyncClient(timeout=SECONDS_MAX, follow_redirects=False) as client,
                client.stream(method, url, **options) as answer,
            ):
                if is_exchange and answer.is_client_error:
                    raise ProviderRefused("The identity provider refused the sign-in. Begin again.")
                if answer.status_code != 200:
                    raise ProviderUnavailable
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > BYTES_MAX:
                        raise ProviderUnavailable
            return msgspec.json.decode(body, type=dict[str, Any])
        except (httpx.HTTPError, msgspec.DecodeError, TimeoutError) as error:
            raise ProviderUnavailable from error


def is_private_channel(url: str) -> bool:
    """Return whether the connection is encrypted, or stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
