"""The client token: a signed text that tells one browser from another before its buyer is named.

The pages hold tickets under it. It carries a random id and the time of issue, so checking it costs one HMAC and no
look-up. It does not identify a person: limits count by it until the buyer is named, then by the buyer's address.
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
    """`is_secure`: the public URL is https."""

    keys: KeyRing
    is_secure: bool
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = secrets.token_bytes

    def issue(self) -> tuple[str, str]:
        """Return (client id, token) of a new client."""
        client = base64.urlsafe_b64encode(self.random_bytes(ID_BYTES)).rstrip(b"=").decode()
        text = f"{_VERSION}.{client}.{int(self.now().timestamp())}"
        return client, f"{text}.{self.keys.sign(text)}"

    def read(self, token: str) -> str | None:
        """Return the client id; None if the token is not ours, or too old."""
        if len(token) > TOKEN_CHARACTERS_MAX or not token.isascii():
            return None
        text, _, signature = token.rpartition(".")
        if not self.keys.is_signature(text, signature):
            return None
        version, client, issued = text.split(".")
        age = self.now().timestamp() - int(issued)
        return client if version == _VERSION and -_CLOCK_SKEW_SECONDS <= age < VALID_SECONDS else None
