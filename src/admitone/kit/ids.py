"""Opaque ids: a prefix that names the thing, then a ULID (time-ordered, 80 random bits).

Source of the format: https://github.com/ulid/spec. Time order keeps B-tree inserts on one page.
"""

import hashlib
import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_SHIFTS = range(120, -1, -10)


def new_id(prefix: str) -> str:
    """Return e.g. `bkg_01jd3x9k7qf0c8v5t2m4n6p8r0`; `prefix` has three letters by custom."""
    return f"{prefix}_{new_ulid()}"


def derived_id(prefix: str, subject_id: str, request_key: str | None) -> str:
    """Return an id that a repeated request about the same subject finds again; without a key, a new id."""
    if request_key is None:
        return new_id(prefix)
    return f"{prefix}_{hashlib.blake2b(f'{subject_id} {request_key}'.encode(), digest_size=16).hexdigest()}"


def new_ulid() -> str:
    """Return the 26 characters alone."""
    number = (int(time.time() * 1000) << 80) | int.from_bytes(os.urandom(10))
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])
