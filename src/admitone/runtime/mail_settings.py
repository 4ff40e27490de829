"""Read the settings of mail: the server, the sender's address, the key that signs, and the rate."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

from admitone.kit.text import email_fault
from admitone.mail.adapters.dkim import DkimSettings, is_selector
from admitone.mail.adapters.smtp import SmtpServer
from admitone.runtime.number_settings import read_number

RATE, RATE_MAX = 10.0, 1000.0
PORTS = {"starttls": 587, "implicit": 465, "none": 25}
FROM_NAME = "AdmitOne"
_EXAMPLE = "smtp://user:password@mail.example:587?tls=starttls"
REPORTS_SECRET_CHARACTERS_MIN = 32
BOUNCES_LOCAL_CHARACTERS_MAX = 16
"""The local part of an address has at most 64 octets (RFC 5321, 4.5.3.1.1), and the token takes 48 of them."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class MailSettings(Struct, frozen=True):
    """`rate`: mails a second of one worker. `from_name`: the sender of mails that no organization sends. `dkim` None:
    mails are not signed here."""

    server: SmtpServer
    from_address: str
    from_name: str = FROM_NAME
    rate: float = RATE
    dkim: DkimSettings | None = None
    bounces_to: str | None = None
    """The mailbox that reports go to, by an envelope that names the mail."""
    reports_secret: str | None = None
    """What `POST /mail/reports` asks of its callers."""

    def __repr__(self) -> str:  # the secret is never logged
        return f"MailSettings({self.server!r}, {self.from_address})"


def read_mail_settings(env: Mapping[str, str], faults: list[str]) -> MailSettings | None:
    """Return None where `ADMITONE_MAIL_URL` is not set: then no mail is written or sent."""
    url = env.get("ADMITONE_MAIL_URL", "").strip()
    if not url:
        return None
    address = env.get("ADMITONE_MAIL_FROM", "").strip()
    if not address or email_fault(address) is not None:
        faults.append(
            "ADMITONE_MAIL_FROM must be the sender's address (tickets@venue.example): ADMITONE_MAIL_URL is set."
        )
    server = _server(url, faults)
    rate = _rate(env.get("ADMITONE_MAIL_RATE", ""), faults)
    dkim = _dkim(env, faults)
    if server is None:
        return None
    return MailSettings(
        server,
        address,
        env.get("ADMITONE_MAIL_FROM_NAME", FROM_NAME),
        rate,
        dkim,
        _bounces_to(env.get("ADMITONE_MAIL_BOUNCES_TO", "").strip(), faults),
        _reports_secret(env.get("ADMITONE_MAIL_REPORTS_SECRET", "").strip(), faults),
    )


def _server(url: str, faults: list[str]) -> SmtpServer | None:
    try:
        parts = urlsplit(url)
        host, port, query = parts.hostname, parts.port, parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        faults.append(f"ADMITONE_MAIL_URL cannot be read (for example {_EXAMPLE}).")
        return None
    tls = query.get("tls", ["starttls"])[-1]
    if parts.scheme != "smtp" or not host or parts.path not in ("", "/") or set(query) - {"tls"}:
        faults.append(f"ADMITONE_MAIL_URL must have the form {_EXAMPLE}.")
    elif tls not in SmtpServer.TLS:
        faults.append(f"ADMITONE_MAIL_URL: tls must be one of: {', '.join(SmtpServer.TLS)}.")
    elif tls == "none" and (parts.username or host not in _LOOPBACK):
        # Mails contain links that open bookings: nothing of them crosses a network unencrypted.
        faults.append("ADMITONE_MAIL_URL: tls=none is for a server on this machine, without a user.")
    elif bool(parts.username) != bool(parts.password):
        faults.append("ADMITONE_MAIL_URL must have a user and a password, or neither.")
    else:
        return SmtpServer(host, port or PORTS[tls], tls, _plain(parts.username), _plain(parts.password))
    return None


def _rate(text: str, faults: list[str]) -> float:
    rate = read_number(text, default=RATE, at_least=0.1, at_most=RATE_MAX)
    if rate is None:
        faults.append(f"ADMITONE_MAIL_RATE must be a number of mails a second from 0.1 to {RATE_MAX:.0f}.")
    return rate or RATE


def _dkim(env: Mapping[str, str], faults: list[str]) -> DkimSettings | None:
    """The file is read by the worker, which signs: other machines need no copy of the key."""
    key_file, selector = (env.get(f"ADMITONE_MAIL_DKIM_{name}", "").strip() for name in ("KEY_FILE", "SELECTOR"))
    if not key_file and not selector:
        return None
    if not key_file:
        faults.append("ADMITONE_MAIL_DKIM_KEY_FILE must be the file of the key: ADMITONE_MAIL_DKIM_SELECTOR is set.")
    if not is_selector(selector):
        faults.append(
            "ADMITONE_MAIL_DKIM_SELECTOR must be the name of the key in DNS: a-z, 0-9, - and . (for example tickets)."
        )
    return DkimSettings(Path(key_file), selector)


def _bounces_to(address: str, faults: list[str]) -> str | None:
    if not address:
        return None
    if email_fault(address) is not None or len(address.rpartition("@")[0]) > BOUNCES_LOCAL_CHARACTERS_MAX:
        faults.append(
            "ADMITONE_MAIL_BOUNCES_TO must be the address of a mailbox for reports, with at most"
            f" {BOUNCES_LOCAL_CHARACTERS_MAX} characters before the @ (for example bounces@venue.example)."
        )
    return address


def _reports_secret(secret: str, faults: list[str]) -> str | None:
    if secret and len(secret) < REPORTS_SECRET_CHARACTERS_MIN:
        faults.append(
            f"ADMITONE_MAIL_REPORTS_SECRET must have at least {REPORTS_SECRET_CHARACTERS_MIN} characters"
            " (openssl rand -hex 32 makes one)."
        )
    return secret or None


def _plain(text: Any) -> str | None:
    return unquote(text) if text else None
