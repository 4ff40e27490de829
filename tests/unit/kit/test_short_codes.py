"""Short codes: ten characters that people can type, unique within an event, and read back to their place."""

import random

import pytest

from admitone.kit.keys import derive_ring
from admitone.kit.short_codes import ALPHABET, CHARACTERS, INDEXES, ShortCodes, normalize_code

CODES = ShortCodes(derive_ring(["a secret"], "short codes"))
OWNER = "booking bkg_one"


def test_a_code_is_ten_characters_without_look_alikes() -> None:
    code = CODES.code(7, OWNER)

    assert len(code) == CHARACTERS
    assert set(code) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01ILOU")


def test_places_of_an_event_never_share_a_code() -> None:
    codes = [CODES.code(index, OWNER) for index in range(5_000)]

    assert len(set(codes)) == len(codes)
    assert len({code[0] for code in codes[:300]}) > len(ALPHABET) // 2  # neighbours look unrelated


@pytest.mark.parametrize(
    "index", [0, 1, 499_999, INDEXES - 1, *(random.Random(1).randrange(INDEXES) for _ in range(50))]
)
def test_a_code_is_read_back_to_its_place(index: int) -> None:
    code = CODES.code(index, OWNER)

    assert CODES.indexes(code) == [index]
    assert CODES.is_code(code, index, OWNER)
    assert not CODES.is_code(code, index, "booking bkg_two")


def test_a_code_is_read_as_people_type_it() -> None:
    code = CODES.code(7, OWNER)

    assert CODES.indexes(f" {code[:5].lower()}-{code[5:]} ") == [7]
    for typed in ("", "K7QM4", f"{code}A", "O" + code[1:], "1" * CHARACTERS, "🎻" * CHARACTERS, "-" * 3_000):
        assert normalize_code(typed) is None
        assert CODES.indexes(typed) == []


def test_after_a_rotation_old_codes_are_read_until_their_secret_leaves_the_ring() -> None:
    old = CODES.code(7, OWNER)
    rotated = ShortCodes(derive_ring(["a new secret", "a secret"], "short codes"))
    left = ShortCodes(derive_ring(["a new secret"], "short codes"))

    assert rotated.code(7, OWNER) != old
    assert 7 in rotated.indexes(old)
    assert rotated.is_code(old, 7, OWNER)
    assert not left.is_code(old, 7, OWNER)
