"""Texts as they are compared: without case, accents and doubled spaces."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from admitone.kit.refusal import Fault

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart."""


def fold(text: str) -> str:
    """`"Dvořák  in  Łódź"` → `"dvorak in lodz"`."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return " ".join(bare.casefold().translate(_LETTERS).split())


def search_key(names: Iterable[str]) -> str:
    """All names of a thing, folded, one a line: what a plain `q` is looked for in."""
    return "\n".join(dict.fromkeys(filter(None, map(fold, names))))


def find_nul(value: Any, pointer: str = "") -> Iterator[Fault]:
    """Yield a fault for every text with a NUL character: PostgreSQL cannot store it."""
    if isinstance(value, str):
        if "\0" in value:
            yield pointer, "A text must not contain the NUL character."
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from find_nul(one, f"{pointer}/{name}")
    elif isinstance(value, list | tuple):
        for i, one in enumerate(value):
            yield from find_nul(one, f"{pointer}/{i}")
