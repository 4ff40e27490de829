"""The inputs of the draw: a committed seed, the chained marks of the entrants, and a beacon named in advance."""

import hashlib
from collections.abc import Iterable, Sequence

from admitone.waiting_room.contracts import Lots
from admitone.waiting_room.domain.permutation import rank_of

SEED_BYTES = 32
MARK_BYTES = 16
_MARK, _CHAIN, _KEY = b"admitone mark v1\n", b"admitone entrants v1\n", b"admitone draw v1\n"


def commitment(seed: bytes) -> bytes:
    """Return the commitment to the seed, published before the pre-queue opens."""
    return hashlib.sha256(seed).digest()


def mark_of(event_id: str, nonce: str) -> bytes:
    """Return the 16 bytes that stand for an entrant: the nonce stays theirs, so the list of marks can be public.

    Raises UnicodeEncodeError if UTF-8 cannot encode the nonce.
    """
    return hashlib.sha256(_MARK + event_id.encode() + b"\n" + nonce.encode()).digest()[:MARK_BYTES]


def empty_chain(event_id: str) -> bytes:
    """Return the running hash of no entrants."""
    return hashlib.sha256(_CHAIN + event_id.encode()).digest()


def extend_chain(chain: bytes, marks: Iterable[bytes]) -> bytes:
    """Return the running hash after these entrants, in the order of their entries."""
    for mark in marks:
        chain = hashlib.sha256(chain + mark).digest()
    return chain


def draw_key(seed: bytes, entrants_hash: bytes, beacon_value: bytes) -> bytes:
    """Return the permutation's key; `beacon_value` is empty if no beacon was named."""
    return hashlib.sha256(_KEY + seed + entrants_hash + beacon_value).digest()


def rank(key: bytes, draw_size: int, entry: int) -> int:
    """Return an entry's place in the queue: the pre-queue in drawn order, then later entries in order of arrival."""
    return rank_of(key, draw_size, entry) if entry < draw_size else entry


def draw_lots(seed: bytes, event_id: str, nonces: Sequence[str]) -> Lots:
    """Draw the order of a closed list of entrants, without a beacon. It is a `contracts.DrawLots`."""
    entrants_hash = extend_chain(empty_chain(event_id), (mark_of(event_id, nonce) for nonce in nonces))
    key = draw_key(seed, entrants_hash, b"")
    return Lots(entrants_hash, tuple(rank(key, len(nonces), entry) for entry in range(len(nonces))))
