"""Delivery: what a mail server may answer, when a mail is sent again, and when it is given up."""

from datetime import timedelta

from msgspec import Struct

FIRST_PAUSE_SECONDS, PAUSE_SECONDS_MAX = 30.0, 3600.0
LIFE = timedelta(days=3)
"""How long a mail is tried whose writer gave no end. Mail servers give up after four or five days (RFC 5321, 4.5.4.1);
a buyer who has waited for three has asked the organizer."""
UNSURE_MAX = 2
"""After this many attempts without a known outcome a person decides: an earlier one may have delivered the mail."""
_ERROR_CHARACTERS_MAX = 500


class MailRejected(Exception):
    """The server refused this mail for good (5xx for its recipient or its content)."""


class MailDeferred(Exception):
    """The server refuses this mail for now (4xx)."""


class OutcomeUnknown(Exception):
    """The connection was lost after the content was sent: the server may have accepted the mail."""


class ServerUnavailable(Exception):
    """No mail can be sent now: no connection, no TLS, wrong credentials, or a sender that the server refuses."""


class Envelope(Struct, frozen=True):
    """One message for one recipient. `needs_utf8`: an address has letters that only SMTPUTF8 carries."""

    sender: str
    recipient: str
    content: bytes
    needs_utf8: bool = False


def pause_seconds(attempts: int, share: float) -> float:
    """Return the time until the next attempt: doubled after each, between half and one and a half of that by `share`
    (0 … 1, random), so that mails that failed together are not sent together."""
    return float(min(FIRST_PAUSE_SECONDS * 2 ** min(attempts, 12), PAUSE_SECONDS_MAX) * (0.5 + share))


def error_text(error: BaseException) -> str:
    """Return what is stored of an error: its kind and the server's words, bounded."""
    return f"{type(error).__name__}: {error}"[:_ERROR_CHARACTERS_MAX]
