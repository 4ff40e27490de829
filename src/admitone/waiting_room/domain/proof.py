"""Work that joining costs where bots come in crowds: ALTCHA's hash puzzle (SHA-256), bound to one entrant.

A price, not an identity: whoever pays it gets in. The challenge carries the entrant's mark in its salt, under the
signature; a solution that is used again buys the same place, so none needs to be remembered.
"""

import base64
import binascii
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from urllib.parse import parse_qs

import msgspec
from altcha.v1 import ChallengeOptions, create_challenge, verify_solution

NUMBER_MAX = 50_000
"""On average half as many hashes: a tenth of a second in a browser's own SHA-256, some seconds on an old phone."""
VALID_FOR = timedelta(minutes=20)
SOLUTION_CHARACTERS_MAX = 2_000


class Proof(Enum):
    """The verdict, in words for whoever asked."""

    SOLVED = "Solved."
    MISSING = "Very many people are joining: solve the challenge and send it as proof."
    WRONG = "This proof does not solve a challenge of ours for this nonce, or it is too old."


def challenge_for(
    key: bytes, event_id: str, mark: bytes, *, salt: bytes, number: bytes, now: datetime
) -> dict[str, Any]:
    """Return a puzzle (algorithm, challenge, maxnumber, salt, signature); `salt` and `number` are random bytes."""
    made = create_challenge(
        ChallengeOptions(
            hmac_key=key,
            max_number=NUMBER_MAX,
            number=int.from_bytes(number, "big") % NUMBER_MAX,
            salt=salt.hex(),
            expires=now + VALID_FOR,
            params={"event": event_id, "mark": mark.hex()},
        )
    )
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def is_solved(key: bytes, event_id: str, mark: bytes, proof: str) -> Proof:
    """Judge `proof`: base64 of ALTCHA's JSON {algorithm, challenge, number, salt, signature}."""
    if len(proof) > SOLUTION_CHARACTERS_MAX:
        return Proof.WRONG
    try:
        payload = msgspec.json.decode(base64.b64decode(proof, validate=True), type=_Payload)
    except (msgspec.DecodeError, binascii.Error, UnicodeError, ValueError):
        return Proof.WRONG
    bound = parse_qs(payload.salt.partition("?")[2])
    if bound.get("event") != [event_id] or bound.get("mark") != [mark.hex()] or payload.algorithm != "SHA-256":
        return Proof.WRONG
    solved, _ = verify_solution(msgspec.to_builtins(payload), key)
    return Proof.SOLVED if solved else Proof.WRONG


class _Payload(msgspec.Struct):
    algorithm: str
    challenge: str
    number: int
    salt: str
    signature: str
