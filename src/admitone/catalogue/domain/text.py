"""Fold texts for comparison: without case, accents and repeated spaces."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from admitone.kit.refusal import Fault

_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not decompose."""


def fold(text: str) -> str:
    """`"Dvořák  in  Łódź"` → `"dvorak in lodz"`."""
    if text.isascii():
        return " ".join(text.lower().split())
    bare = "".join(
        character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
    )
    return " ".join(bare.casefold().translate(_LETTERS).split())


def search_key(names: Iterable[str]) -> str:
    """Return all names of a record, folded, one per line: the text that a plain `q` searches."""
    return "\n".join(dict.fromkeys(filter(None, map(fold, names))))


def find_nul(draft: msgspec.Struct) -> list[Fault]:
    """Return a fault for every text with a NUL character: PostgreSQL cannot store it."""
    # A search in the encoded form runs in C; only if it finds the escape, the slow walk names the places.
    if b"\\u0000" not in msgspec.json.encode(draft):
        return []
    return list(_walk(msgspec.to_builtins(draft), ""))


def _walk(value: Any, pointer: str) -> Iterator[Fault]:
    if isinstance(value, str):
        if "\0" in value:
            yield pointer, "A text must not contain the NUL character."
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _walk(member, f"{pointer}/{name}")
    elif isinstance(value, list | tuple):
        for i, child in enumerate(value):
            yield from _walk(child, f"{pointer}/{i}")
