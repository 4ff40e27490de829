"""Content negotiation (RFC 9110, 12.5): what a client accepts."""

from collections.abc import Sequence


def chosen_type(accept: str, offered: Sequence[str]) -> str | None:
    """Return the first of the offered media types that an Accept header names; None: it names none, answer JSON."""
    named = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    return next((media_type for media_type in offered if media_type in named), None)


def takes_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding names gzip and does not rule it out."""
    for coding in accept_encoding.lower().split(","):
        name, _, quality = coding.strip().partition(";")
        if name.strip() == "gzip":
            value = quality.strip().removeprefix("q=")
            return value == "" or value.strip("0.") != ""
    return False
