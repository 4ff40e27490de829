"""Clean typed text: trim it, normalize it to NFC, then accept it or say why not.

Pages and API use these functions alike. `kit.faults` applies a rule to every member of a body whose type carries it:
`Annotated[str, Meta(max_length=200, extra={"rule": NAME})]`.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

EMAIL_CHARACTERS_MAX = 254
LOCAL_PART_CHARACTERS_MAX = 64
DOMAIN_LABEL_CHARACTERS_MAX = 63

EMAIL_FORM = "Enter an email address in the form name@example.com."
NAME_BLANK = "Write at least one visible character."
TEXT_NUL = "A text must not contain the NUL character."
NAME_CONTROL = "Write it on one line, without control characters or marks that hide or turn text."

# Invisible characters that Unicode counts as letters and symbols: the fillers of Hangul, the empty Braille pattern.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_VISIBLE = frozenset("LNPS")
# Marks that hide or reorder the text beside them; scripts need joiners and left-to-right marks, which stay.
_DECEIVING = re.compile("[\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u2028\u2029]")
# Letters and marks that are invisible: two addresses that look alike would count as two people.
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_NOT_IN_ADDRESS = frozenset('"(),:;<>[\\]')
# The form of nearly all addresses, for the hot path; `email_fault` checks the others.
_PLAIN_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
    re.ASCII,
)
_DOMAIN_LABEL = re.compile(r"\w(?:[\w-]*\w)?")


class Rule(NamedTuple):
    """`is_clean`: whether a decoded value can stay as it is. `clean`: return the JSON value to check and store.
    `fault`: the fault of a cleaned value, or None."""

    is_clean: Callable[[Any], bool]
    clean: Callable[[Any], Any]
    fault: Callable[[Any], str | None]


def clean_name(text: str) -> str:
    """Return the text trimmed and in NFC."""
    return unicodedata.normalize("NFC", text.strip())


def name_fault(text: str) -> str | None:
    """Return why a cleaned text is not a name. Marks that only join letters or turn their direction are kept."""
    if text.isascii() and text.isprintable() and text:
        return None
    categories = [unicodedata.category(character) for character in text]
    if "Cc" in categories or _DECEIVING.search(text):
        return NAME_CONTROL
    seen = (
        category[0] in _VISIBLE for character, category in zip(text, categories, strict=True) if character not in _BLANK
    )
    return None if any(seen) else NAME_BLANK


def email_fault(text: str) -> str | None:
    """Return why a cleaned text is not an email address; letters of any script are allowed."""
    if len(text) > EMAIL_CHARACTERS_MAX:
        return f"An email address has at most {EMAIL_CHARACTERS_MAX} characters."
    if _PLAIN_EMAIL.fullmatch(text):
        return None
    local, at, domain = text.partition("@")
    labels = domain.split(".")
    is_address = (
        at
        and 1 <= len(local) <= LOCAL_PART_CHARACTERS_MAX
        and len(labels) >= 2
        and all(_DOMAIN_LABEL.fullmatch(label) and "_" not in label for label in labels)
        and max(map(len, labels)) <= DOMAIN_LABEL_CHARACTERS_MAX
        and not _NOT_IN_ADDRESS.intersection(local)
        and not _UNSEEN.search(text)
        and all(unicodedata.category(character)[0] not in "CZ" for character in text)
    )
    return None if is_address else EMAIL_FORM


def masked_address(address: str) -> str:
    """Return an address that its owner recognizes, and to which no other person can write: `a•••@e•••.org`."""
    local, _, domain = address.rpartition("@")
    name, _, ending = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{ending}" if name else f"{local[:1]}•••"


def _is_clean_name(text: str) -> bool:
    if text.isascii():
        return text.isprintable() and text == text.strip() and text != ""
    return text == clean_name(text) and name_fault(text) is None


def _when_text(function: Callable[[str], Any], otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: function(value) if isinstance(value, str) else otherwise(value)


def _to_utc(value: Any) -> Any:
    try:
        moment = msgspec.convert(value, datetime)
        return value if moment.tzinfo is None else moment.astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return value


def _itself(value: Any) -> Any:
    return value


def _no_fault(_value: Any) -> None:
    return None


def _nul_fault(text: str) -> str | None:
    return TEXT_NUL if "\0" in text else None


def _normalize(text: str) -> str:
    return unicodedata.normalize("NFC", text)


NAME = Rule(_is_clean_name, _when_text(clean_name, _itself), _when_text(name_fault, _no_fault))
"""A name or another text of one line that is shown."""
EMAIL = Rule(
    lambda text: email_fault(text) is None and (text.isascii() or text == clean_name(text)),
    _when_text(clean_name, _itself),
    _when_text(email_fault, _no_fault),
)
TEXT = Rule(
    lambda text: "\0" not in text and (text.isascii() or unicodedata.is_normalized("NFC", text)),
    _when_text(_normalize, _itself),
    _when_text(_nul_fault, _no_fault),
)
"""A text of several lines."""
LABEL = Rule(
    lambda text: "\0" not in text and text == clean_name(text),
    _when_text(clean_name, _itself),
    _when_text(_nul_fault, _no_fault),
)
"""A text of one line that may be empty."""
MOMENT = Rule(lambda moment: moment.tzinfo is UTC, _to_utc, _no_fault)
"""A date-time, converted to UTC."""
