"""The token that names a mail in its Message-ID and in its envelope: a report that has none of ours is ignored.

It consists of lower-case letters and digits, because servers change the case of addresses that they report.
"""

import base64
import hashlib
import hmac
import re

from admitone.kit.keys import KeyRing

_MAC_BYTES = 10
_TOKEN = re.compile(r"(mai_[0-9a-z]{26})\.([a-z2-7]{16})")


def mail_token(keys: KeyRing, mail_id: str) -> str:
    """Return `{mail id}.{80 bits of a signature}`: 47 characters, so that a local part of an address can hold it."""
    return f"{mail_id}.{_mac(keys.newest, mail_id)}"


def find_mail(keys: KeyRing, text: str) -> str | None:
    """Return the id of the mail whose token occurs in `text`; None if no token in it is ours. Any text may come in."""
    for mail_id, mac in _TOKEN.findall(text.lower()):
        if any(hmac.compare_digest(_mac(key.key, mail_id), mac) for key in keys.keys):
            return str(mail_id)
    return None


def message_id(token: str, domain: str) -> str:
    """Return the Message-ID: the same for every attempt, so that mail programs show a second delivery once."""
    return f"<{token}@{domain}>"


def bounce_address(address: str, token: str) -> str:
    """Return `bounces+{token}@domain` for `bounces@domain`: a report arrives there even if it quotes nothing."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def _mac(key: bytes, mail_id: str) -> str:
    digest = hmac.digest(key, f"message {mail_id}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:_MAC_BYTES]).decode().lower()
