"""Proof of work for joining a queue: ALTCHA's hash puzzle (SHA-256), bound to one entrant.

A price, not an identity. The challenge carries the entrant's mark and the amount of work in its salt, under the
signature; a solution that is used again buys the same place, so none needs to be remembered. The more places an address
block took lately, the dearer its next one: a household pays the base price, a farm of bots a multiple. Work is never
refused for its origin.
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
"""Work counts though the price rose meanwhile, up to twice: others of the block join while a puzzle is solved."""
VALID_FOR = timedelta(minutes=20)
SOLUTION_CHARACTERS_MAX = 2_000


class Proof(Enum):
    """Why a challenge is to be solved, in words for the client."""

    MISSING = "Joining takes a proof of work: solve the challenge, and join again with this nonce and the solution."
    WRONG = "This proof does not solve a challenge of ours for this nonce, or it is too old. Solve the new challenge."
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

    None: it solves no challenge of ours for this entrant, or it is too old.
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
