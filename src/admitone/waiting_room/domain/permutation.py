"""A keyed permutation of 0 … N−1 in O(1) time and no memory: it gives every rank, and stores none.

A balanced Feistel network on the smallest domain 4^h ≥ N, with cycle walking back into 0 … N−1 (Black and Rogaway,
"Ciphers with Arbitrary Finite Domains", 2002). The bytes are fixed by docs/reference/waiting-room.md; the same
code is in `pages/static/waiting_room/draw.js`, and both are tested with the same vectors.
"""

import hashlib
import hmac
from functools import lru_cache

ROUNDS = 8
SIZE_MAX = 2**32


@lru_cache(4_096)  # a place that is called asks for its rank three times before it has its pass
def rank_of(key: bytes, size: int, entry: int) -> int:
    """Return the place in the queue, from 0, of pre-queue entry `entry` of `size`: a bijection of 0 … size−1.

    At most four rounds of walking are expected, for 4^h < 4·size; each costs eight HMACs.
    """
    assert 0 <= entry < size <= SIZE_MAX, "only entries of the pre-queue are drawn"
    half = half_bits(size)
    value = _permute(key, half, entry)
    while value >= size:
        value = _permute(key, half, value)
    return value


def half_bits(size: int) -> int:
    """Return the least h ≥ 1 with 4^h ≥ size."""
    return max(1, ((size - 1).bit_length() + 1) // 2)


def _permute(key: bytes, half: int, value: int) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for number in range(ROUNDS):
        left, right = right, left ^ (_round(key, number, right) & mask)
    return (left << half) | right


def _round(key: bytes, number: int, right: int) -> int:
    """The first four bytes, big-endian, of HMAC-SHA256(key, one byte of the round's number ‖ four of the value)."""
    digest = hmac.digest(key, bytes([number]) + right.to_bytes(4, "big"), hashlib.sha256)
    return int.from_bytes(digest[:4], "big")
