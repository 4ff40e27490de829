"""Short codes that people read aloud and type: ten letters and digits without look-alikes, derived, never stored.

A code is a keyed permutation of a pair (index, check). The index says which place of its event the code belongs to, so
a code is looked up without an index over codes, and two places never share one. The check is a keyed hash of the owner
of the place: another owner has another code. The permutation is a Feistel network over 30^5 × 30^5 with modular
addition, as in FF1 of NIST SP 800-38G; it hides the index, so that codes of neighbours look unrelated.
"""

import hashlib
from functools import cache

from msgspec import Struct

from admitone.kit.keys import KeyRing

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U."""
CHARACTERS = 10
TYPED_CHARACTERS_MAX = 20
"""A code with the separators that people type in it."""
INDEXES = 2**26
"""Above the places of the largest event."""

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_HALF: int = len(ALPHABET) ** (CHARACTERS // 2)
_CHECKS = _HALF * _HALF // INDEXES
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_ROUNDS = [b"round %d" % number for number in range(4)]
_SEPARATORS = str.maketrans("", "", " -\u2010\u2011\u2013\u00a0")


class ShortCodes(Struct, frozen=True):
    """`ring`: the newest key makes codes, all keys read them."""

    ring: KeyRing

    def code(self, index: int, owner: str) -> str:
        """Return the code of `owner` at the place `index`, which is below `INDEXES`."""
        return _code(self.ring.newest, index, owner)

    def indexes(self, typed: str) -> list[int]:
        """Return the places that the code can belong to, one for each key; none where it cannot be a code."""
        code = normalize_code(typed)
        if code is None:
            return []
        numbers = [_unpermute(key.key, code) for key in self.ring.keys]
        return [number // _CHECKS for number in numbers if number < INDEXES * _CHECKS]

    def is_code(self, typed: str, index: int, owner: str) -> bool:
        code = normalize_code(typed)
        return code is not None and any(code == _code(key.key, index, owner) for key in self.ring.keys)


def spaced(code: str) -> str:
    """Return a code as people read it: `ABCDE-FGHJK`."""
    return f"{code[: CHARACTERS // 2]}-{code[CHARACTERS // 2 :]}"


def normalize_code(typed: str) -> str | None:
    """Return the ten characters of a typed code; None where it cannot be one."""
    if len(typed) > TYPED_CHARACTERS_MAX:
        return None
    code = typed.translate(_SEPARATORS).upper()
    return code if len(code) == CHARACTERS and all(character in _VALUES for character in code) else None


def _code(key: bytes, index: int, owner: str) -> str:
    check = _hash(key, b"check", owner.encode()) % _CHECKS
    left, right = divmod(index * _CHECKS + check, _HALF)
    for purpose in _ROUNDS:
        left, right = right, (left + _hash(key, purpose, right.to_bytes(4))) % _HALF
    return _text(left) + _text(right)


def _unpermute(key: bytes, code: str) -> int:
    left, right = _number(code[: CHARACTERS // 2]), _number(code[CHARACTERS // 2 :])
    for purpose in reversed(_ROUNDS):
        left, right = (right - _hash(key, purpose, left.to_bytes(4))) % _HALF, left
    return left * _HALF + right


def _hash(key: bytes, purpose: bytes, message: bytes) -> int:
    keyed = _keyed(key, purpose).copy()
    keyed.update(message)
    return int.from_bytes(keyed.digest())


@cache  # a few keys: the rings of an installation have a handful each
def _keyed(key: bytes, purpose: bytes) -> hashlib.blake2b:
    return hashlib.blake2b(key=key, person=purpose, digest_size=8)


def _text(half: int) -> str:
    pairs, last = divmod(half, len(ALPHABET))
    first, second = divmod(pairs, len(_PAIRS))
    return _PAIRS[first] + _PAIRS[second] + ALPHABET[last]


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number * len(ALPHABET) + _VALUES[character]
    return number
