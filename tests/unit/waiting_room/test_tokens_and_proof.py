"""Signed tokens and proof of work: reject what we did not issue."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.keys import derive_ring
from admitone.waiting_room.domain.proof import WORK_BASE, challenge_for, is_enough, solved_work, work_for
from admitone.waiting_room.domain.tokens import PASS, QUEUE, Token, read_token, sign_token

KEYS = derive_ring(["a secret of the opera venue"], "queue token")
KEY, EVENT, MARK = b"k" * 32, "evt_1", b"m" * 16


def test_a_signed_text_is_read() -> None:
    token = Token("evt_01jd", 17, 1_800_000_000)

    assert read_token(KEYS, QUEUE, sign_token(KEYS, QUEUE, token)) == token


@given(text=st.text(max_size=400))
def test_any_other_text_is_refused_as_a_token(text: str) -> None:
    assert read_token(KEYS, QUEUE, text) is None


def test_a_token_is_valid_for_its_own_purpose_and_key_only() -> None:
    signed = sign_token(KEYS, QUEUE, Token(EVENT, 1, 2))

    assert read_token(KEYS, PASS, signed) is None
    assert read_token(derive_ring(["elsewhere"], "queue token"), QUEUE, signed) is None
    assert read_token(KEYS, PASS, signed.replace("q1.", "p1.", 1)) is None
    assert read_token(KEYS, QUEUE, signed.replace(".1.", ".2.", 1)) is None


def solved(challenge: dict[str, Any], **changes: Any) -> str:
    number = next(
        n
        for n in range(challenge["maxnumber"] + 1)
        if hashlib.sha256(f"{challenge['salt']}{n}".encode()).hexdigest() == challenge["challenge"]
    )
    payload = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(msgspec.json.encode({**payload, "number": number, **changes})).decode()


def a_challenge(now: datetime | None = None) -> dict[str, Any]:
    return challenge_for(
        KEY, EVENT, MARK, work=WORK_BASE, salt=b"s" * 12, number=b"\0\0\1\0", now=now or datetime.now(UTC)
    )


def test_solved_work_buys_the_place_it_was_made_for() -> None:
    proof = solved(a_challenge())

    assert solved_work(KEY, EVENT, MARK, proof) == WORK_BASE
    assert solved_work(KEY, EVENT, b"n" * 16, proof) is None
    assert solved_work(KEY, "evt_2", MARK, proof) is None
    assert solved_work(b"x" * 32, EVENT, MARK, proof) is None


WRONG: dict[str, Callable[[], str]] = {
    "nothing": lambda: "",
    "not base64": lambda: "not base64 §",
    "not an object": lambda: base64.b64encode(b"[1]").decode(),
    "too long": lambda: "A" * 3_000,
    "another number": lambda: solved(a_challenge(), number=1),
    "a weaker hash": lambda: solved(a_challenge(), algorithm="SHA-1"),
    "a forged signature": lambda: solved(a_challenge(), signature="é"),
    "too old": lambda: solved(a_challenge(datetime.now(UTC) - timedelta(hours=1))),
}


@pytest.mark.parametrize("fault", WRONG)
def test_wrong_or_old_work_buys_nothing(fault: str) -> None:
    assert solved_work(KEY, EVENT, MARK, WRONG[fault]()) is None


def test_a_household_pays_the_base_price_and_an_attacker_a_multiple() -> None:
    assert [work_for(joins) for joins in (0, 4, 12, 1_105, 10**9)] == [
        WORK_BASE,
        WORK_BASE,
        2 * WORK_BASE,
        int(WORK_BASE * (1 + 1_101 / 8)),
        256 * WORK_BASE,
    ]


def test_work_for_an_earlier_price_counts_until_the_price_has_doubled() -> None:
    assert is_enough(WORK_BASE, 12)
    assert not is_enough(WORK_BASE, 13)
