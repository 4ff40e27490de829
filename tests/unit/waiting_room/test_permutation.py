"""The draw: each fan gets one place, all places are equally likely, and the bytes match the reference."""

import hashlib
from collections import Counter
from functools import lru_cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admitone.waiting_room.domain import permutation
from admitone.waiting_room.domain.draw import commitment, draw_key, empty_chain, extend_chain, mark_of, rank
from admitone.waiting_room.domain.permutation import half_bits, rank_of

VECTORS = msgspec.json.decode((Path(__file__).parent / "vectors.json").read_bytes())


def a_key(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8, "big")).digest()


@pytest.fixture
def _remembered_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute each round once per key: whole queues of small sizes repeat few values some dozens of times."""
    monkeypatch.setattr(permutation, "_round", lru_cache(8_192)(permutation._round))


@pytest.mark.usefixtures("_remembered_rounds")
@pytest.mark.parametrize("first", range(1, 2_600, 200))
def test_each_entry_gets_one_place_for_any_size(first: int) -> None:
    for size in range(first, first + 200, 1 if first < 200 else 9):
        key = a_key(size)

        assert sorted(rank_of(key, size, entry) for entry in range(size)) == list(range(size))


@given(size=st.integers(1, 2**32), entry=st.integers(0), key=st.binary(min_size=32, max_size=32))
@settings(max_examples=200)
def test_a_rank_is_within_the_queue(size: int, entry: int, key: bytes) -> None:
    assert 0 <= rank_of(key, size, entry % size) < size


@pytest.mark.usefixtures("_remembered_rounds")
@pytest.mark.parametrize("size", [2, 3, 5, 7, 16, 17, 50])
def test_every_place_is_equally_likely_for_every_entry(size: int) -> None:
    """Chi-square over all (entry, rank) pairs, (size − 1)² degrees of freedom; the draws are fixed, so is the result.

    The bound is seven standard deviations above the mean: a fair draw is beyond it once in many billions.
    """
    draws = 200 * size
    keys = map(a_key, range(draws))
    seen = Counter((entry, rank_of(key, size, entry)) for key in keys for entry in range(size))

    expected = draws / size
    chi_square = sum((seen[entry, place] - expected) ** 2 / expected for entry in range(size) for place in range(size))

    freedom = (size - 1) ** 2
    assert chi_square < freedom + 7 * (2 * freedom) ** 0.5


def test_joining_the_pre_queue_early_is_no_advantage() -> None:
    size, draws = 1_000, 60
    keys = map(a_key, range(draws))
    early = [rank_of(key, size, entry) for key in keys for entry in range(100)]

    mean = sum(early) / len(early)
    deviation = (size**2 / 12 / len(early)) ** 0.5
    assert abs(mean - (size - 1) / 2) < 5 * deviation


def test_the_bytes_match_the_reference() -> None:
    for vector in VECTORS["permutations"]:
        key, size = bytes.fromhex(vector["key"]), vector["size"]
        assert half_bits(size) == vector["half_bits"]
        assert [rank_of(key, size, entry) for entry in vector["entries"]] == vector["ranks"]


def test_the_key_is_derived_from_seed_entrants_and_beacon() -> None:
    for vector in VECTORS["draws"]:
        seed = bytes.fromhex(vector["seed"])
        marks = [mark_of(vector["event_id"], nonce) for nonce in vector["nonces"]]
        chain = extend_chain(empty_chain(vector["event_id"]), marks)
        key = draw_key(seed, chain, bytes.fromhex(vector["beacon_value"]))

        assert commitment(seed).hex() == vector["seed_commitment"]
        assert [mark.hex() for mark in marks] == vector["marks"]
        assert chain.hex() == vector["entrants_hash"]
        assert key.hex() == vector["draw_key"]
        entries = range(len(marks) + 1)
        assert [rank(key, len(marks), entry) for entry in entries] == vector["ranks"]


def test_each_part_changes_the_draw() -> None:
    seed, chain = a_key(1), a_key(2)
    keys = {
        draw_key(seed, chain, b""),
        draw_key(a_key(3), chain, b""),
        draw_key(seed, a_key(3), b""),
        draw_key(seed, chain, a_key(3)),
    }

    assert len(keys) == 4
