"""Proof of work for joining a queue: ALTCHA's hash puzzle (SHA-256), bound to one entrant.

It is a price, not an identity. The signed salt of the challenge contains the entrant's mark and the amount of work; a
repeated solution buys the same place, so the server stores none. The more places an address block took lately, the more
work its next one costs: a household pays the base price, a bot farm a multiple. Valid work is accepted from any origin.
"""

import base64
import binascii
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

import msgspec
from altcha.v1 import ChallengeOptions, create_challenge, verify_solution

WORK_BASE = 20_000
"""The largest number to try; on average half as many hashes: about half a second in the browser of a phone."""
JOINS_AT_BASE = 4
"""Places that a block may have at the base price: a household."""
JOINS_A_STEP = 8
"""This many more places add the base price once more."""
WORK_FACTOR_MAX = 256
WORK_SHARE_ACCEPTED = 0.5
"""Work still counts after the price has doubled: others of the block join while a client solves its puzzle."""
VALID_FOR = timedelta(minutes=20)
SOLUTION_CHARACTERS_MAX = 2_000


class Proof(Enum):
    """The reasons for a challenge, as texts for the client."""

    MISSING = "Joining takes a proof of work: solve the challenge, and join again with this nonce and the solution."
    WRONG = "This proof solves no challenge for this nonce, or it is too old. Solve the new challenge."
    TOO_LITTLE = "Many people join from this network: solve the new challenge, which takes longer."


def work_for(joins: float) -> int:
    """Return the largest number to try after `joins` recent places of the block."""
    factor = 1 + max(0.0, joins - JOINS_AT_BASE) / JOINS_A_STEP
    return int(WORK_BASE * min(factor, WORK_FACTOR_MAX))


def is_enough(work: int, joins: float) -> bool:
    """Return whether solved work buys the next place of a block."""
    return work >= work_for(joins) * WORK_SHARE_ACCEPTED


def challenge_for(
    key: bytes, event_id: str, mark: bytes, *, work: int, salt: bytes, number: bytes, now: datetime
) -> dict[str, Any]:
    """Return a puzzle (algorithm, challenge, maxnumber, salt, signature); `salt` and `number` are random bytes."""
    made = create_challenge(
        ChallengeOptions(
            hmac_key=key,
            max_number=work,
            number=int.from_bytes(number, "big") % work,
            salt=salt.hex(),
            expires=now + VALID_FOR,
            params={"event": event_id, "mark": mark.hex(), "work": str(work)},
        )
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def solved_work(key: bytes, event_id: str, mark: bytes, proof: str) -> int | None:
    """Return the work that `proof` (base64 of ALTCHA's JSON {algorithm, challenge, number, salt, signature}) solves.

    None: it solves no challenge for this entrant, or it is too old.
    """
    if len(proof) > SOLUTION_CHARACTERS_MAX:
        return None
    try:
        payload = msgspec.json.decode(base64.b64decode(proof, validate=True), type=_Payload)
    except (msgspec.DecodeError, binascii.Error, UnicodeError, ValueError):
        return None
    bound = parse_qs(payload.salt.partition("?")[2])
    if bound.get("event") != [event_id] or bound.get("mark") != [mark.hex()] or payload.algorithm != "SHA-256":
        return None
    solved, _ = verify_solution(msgspec.to_builtins(payload), key)
    return int(bound["work"][0]) if solved and "work" in bound else None


class _Payload(msgspec.Struct):
    algorithm: str
    challenge: str
    number: int
    salt: str
    signature: str
