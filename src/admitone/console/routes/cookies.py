"""Cookies of the console: the session's token, and the message that the next screen shows once.

Over https they have the `__Host-` prefix: no other site sets them. The message and the tokens of forms are signed with
the session's token, which only its browser has.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from litestar import Response
from litestar.datastructures import Cookie

from admitone.kit.http.access import Connection

SESSION, FLASH, PROVIDER = "admitone-console", "admitone-console-flash", "admitone-console-provider"
FLASH_SECONDS = 60
FLASH_CHARACTERS_MAX = 500


def read_session(connection: Connection, *, is_secure: bool) -> str | None:
    """Return the token of the browser's session."""
    return connection.cookies.get(_name(SESSION, is_secure))


def keep_session(response: Response[bytes], token: str, *, seconds: int, is_secure: bool) -> Response[bytes]:
    """Set the session's cookie; 0 seconds remove it. SameSite=Lax: links in mail open the console signed in."""
    response.set_cookie(_cookie(SESSION, token, seconds, is_secure))
    return response


def read_provider_sign_in(connection: Connection, *, is_secure: bool) -> str:
    """Return what this browser keeps of a sign-in at the identity provider; "" if none began here."""
    return connection.cookies.get(_name(PROVIDER, is_secure), "")


def keep_provider_sign_in(response: Response[bytes], kept: str, *, seconds: int, is_secure: bool) -> Response[bytes]:
    """Keep it until the browser comes back; 0 seconds remove it."""
    response.set_cookie(_cookie(PROVIDER, kept, seconds, is_secure))
    return response


def keep_flash(response: Response[bytes], words: str, *, token: str, is_secure: bool) -> Response[bytes]:
    """Keep a message for the next screen."""
    encoded = base64.urlsafe_b64encode(words[:FLASH_CHARACTERS_MAX].encode()).rstrip(b"=").decode()
    value = f"{encoded}.{sign(token, f'flash {encoded}')}"
    response.set_cookie(_cookie(FLASH, value, FLASH_SECONDS, is_secure))
    return response


def drop_flash(response: Response[bytes], *, is_secure: bool) -> None:
    response.set_cookie(_cookie(FLASH, "", 0, is_secure))


def read_flash(connection: Connection, *, token: str, is_secure: bool) -> str | None:
    """Return the message; None if there is no message, or if another session or site wrote it."""
    encoded, _, signature = connection.cookies.get(_name(FLASH, is_secure), "").partition(".")
    if not encoded or not hmac.compare_digest(signature.encode(), sign(token, f"flash {encoded}").encode()):
        return None
    return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("utf-8", "replace")


def sign(token: str, text: str) -> str:
    """Return 43 characters that only the holder of the session's token can make for `text`."""
    digest = hmac.digest(token.encode(), text.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def seconds_until(ends_at: datetime, now: datetime) -> int:
    return max(1, int((ends_at - now).total_seconds()))


def _cookie(name: str, value: str, seconds: int, is_secure: bool) -> Cookie:
    return Cookie(
        key=_name(name, is_secure),
        value=value,
        path="/",
        max_age=seconds,
        secure=is_secure,
        httponly=True,
        samesite="lax",
    )


def _name(name: str, is_secure: bool) -> str:
    return f"__Host-{name}" if is_secure else name
