"""Sign messages by DKIM (RFC 6376, rsa-sha256): receivers verify that they come from the sender's domain."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from msgspec import Struct

KEY_BITS_MIN, KEY_BITS_MAX = 2048, 4096
"""RFC 8301, 3.2: verifiers need not accept longer keys, and many reject shorter ones."""
_KEY_BYTES_MAX = 16_384
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_TEXT_CHARACTERS_MAX = 255
"""Of one string of a TXT record; a longer value is several strings."""
_SIGNED = (
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "mime-version",
    "content-type",
)
"""RFC 8058, 4: both headers of one-click unsubscribing must be signed."""
_OVERSIGNED = ("from", "to", "subject", "reply-to")
"""Signed once more than they occur: a relay that adds another one breaks the signature."""

SignMessage = Callable[[bytes], bytes]
"""Message → the same message with a signature."""


class DkimKeyUnusable(Exception):
    """The key file cannot be read, or holds no key for DKIM."""


class DkimSettings(Struct, frozen=True):
    """`key_file`: PEM of an RSA key. `selector`: names the key in DNS."""

    key_file: Path
    selector: str


def is_selector(text: str) -> bool:
    return len(text) <= _TEXT_CHARACTERS_MAX and _SELECTOR.fullmatch(text) is not None


def open_signer(settings: DkimSettings, domain: str) -> SignMessage:
    """Return what signs in the name of `domain`. Raises `DkimKeyUnusable`."""
    pem = _read_key(settings.key_file).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    import dkim  # loads a DNS resolver as well: only the process that signs needs it

    selector = settings.selector.encode()

    def sign(message: bytes) -> bytes:
        signer = dkim.DKIM(message)
        present = {name.lower().decode("latin-1") for name, _ in signer.headers}
        names = [name for name in _SIGNED if name in present] + list(_OVERSIGNED)
        header: bytes = signer.sign(
            selector, domain.encode(), pem, canonicalize=(b"relaxed", b"relaxed"), include_headers=names
        )
        return header + message

    return sign


def dns_record(settings: DkimSettings, domain: str) -> tuple[str, list[str]]:
    """Return (name, strings of the TXT record) that publish the key. Raises `DkimKeyUnusable`."""
    public = _read_key(settings.key_file).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    text = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    starts = range(0, len(text), _TEXT_CHARACTERS_MAX)
    return f"{settings.selector}._domainkey.{domain}", [text[start : start + _TEXT_CHARACTERS_MAX] for start in starts]


def _read_key(path: Path) -> RSAPrivateKey:
    try:
        with path.open("rb") as file:
            pem = file.read(_KEY_BYTES_MAX)
    except OSError as error:
        raise DkimKeyUnusable(f"the DKIM key {path} cannot be read: {error.strerror or error}") from error
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise DkimKeyUnusable(f"the DKIM key {path} is no PEM of a private key without a password") from error
    if not isinstance(key, RSAPrivateKey) or not KEY_BITS_MIN <= key.key_size <= KEY_BITS_MAX:
        raise DkimKeyUnusable(f"the DKIM key {path} must be an RSA key of {KEY_BITS_MIN} to {KEY_BITS_MAX} bits")
    return key
