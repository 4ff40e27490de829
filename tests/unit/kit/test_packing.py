"""Compression for many readers: short whatever it holds, and readable by everybody."""

import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.http.negotiation import takes_gzip
from admitone.kit.packing import pack, pack_part


@given(st.binary(max_size=5_000))
def test_what_is_packed_is_unpacked(body: bytes) -> None:
    assert gzip.decompress(pack(body)) == body


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_parts_after_one_another_are_one_stream(parts: list[bytes]) -> None:
    unpacked = zlib.decompressobj(-zlib.MAX_WBITS).decompress(b"".join(pack_part(part) for part in parts))

    assert unpacked == b"".join(parts)


def test_it_is_short_where_it_repeats_and_where_it_does_not() -> None:
    chance = random.Random(20)
    at_random = "".join(chance.choice("ahsb") for _ in range(39_616)).encode()

    assert len(pack(b"a" * 39_616)) < 120
    assert len(pack(at_random)) < 11_500


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", False),
        ("gzip, deflate, br", True),
        ("br, GZIP ;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, br", False),
        ("x-gzip", False),
        ("identity", False),
    ],
)
def test_gzip_is_for_who_takes_it(accepted: str, expected: bool) -> None:
    assert takes_gzip(accepted) is expected
