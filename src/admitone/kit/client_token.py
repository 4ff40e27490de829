"""The client token: a signed cookie that tells one browser from another before its buyer is named.

The pages hold tickets under it. It carries a random id and the time of issue, so checking it costs one HMAC and no
look-up. It identifies nobody: the buyer's address replaces it as the person when the buyer is named.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.kit.keys import KeyRing

VALID_SECONDS = 7 * 24 * 3600
ID_BYTES = 16
TOKEN_CHARACTERS_MAX = 200
_VERSION = "c1"
# A minute of tolerance: two machines rarely have exactly the same time.
_CLOCK_SKEW_SECONDS = 60


@dataclass(frozen=True)
class ClientTokens:
    """`is_secure`: the public URL is https. The cookie then has the `__Host-` prefix and is sent over https only."""

    keys: KeyRing
    is_secure: bool
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    @property
    def cookie_name(self) -> str:
        return "__Host-admitone-client" if self.is_secure else "admitone-client"

    def issue(self) -> tuple[str, str]:
        """Return (client id, `Set-Cookie` value) of a new client."""
        client = base64.urlsafe_b64encode(self.random_bytes(ID_BYTES)).rstrip(b"=").decode()
        text = f"{_VERSION}.{client}.{int(self.now().timestamp())}"
        secure = "; Secure" if self.is_secure else ""
        token = f"{text}.{self.keys.sign(text)}"
        cookie = f"{self.cookie_name}={token}; Path=/; Max-Age={VALID_SECONDS}; HttpOnly; SameSite=Lax{secure}"
        return client, cookie

    def read(self, cookies: bytes | None) -> str | None:
        """Return the client id of a `Cookie` header; None where it carries no valid token of ours."""
        if not cookies:
            return None
        name = self.cookie_name
        for pair in cookies.decode("latin-1").split(";"):
            given, _, value = pair.strip().partition("=")
            if given == name and (client := self._client_of(value)) is not None:
                return client
        return None

    def _client_of(self, token: str) -> str | None:
        if len(token) > TOKEN_CHARACTERS_MAX or not token.isascii():
            return None
        text, _, signature = token.rpartition(".")
        if not self.keys.is_signature(text, signature):
            return None
        version, client, issued = text.split(".")
        age = self.now().timestamp() - int(issued)
        return client if version == _VERSION and -_CLOCK_SKEW_SECONDS <= age < VALID_SECONDS else None
