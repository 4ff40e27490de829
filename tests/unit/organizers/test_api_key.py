import hashlib
import re

import pytest

from admitone.organizers.domain.api_key import encode_api_key, hash_api_key, is_api_key

KEY = encode_api_key(bytes(range(32)))


def test_a_key_is_ak_and_43_url_safe_characters() -> None:
    assert re.fullmatch(r"ak_[A-Za-z0-9_-]{43}", KEY)


def test_a_key_of_fewer_random_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        encode_api_key(bytes(31))


def test_only_the_sha_256_of_a_key_is_stored() -> None:
    assert hashlib.sha256(KEY.encode()).digest() == hash_api_key(KEY)


@pytest.mark.parametrize(
    ("text", "expected"), [(KEY, True), ("", False), (f"{KEY}x", False), ("ak_", False), (f"{KEY}\0", False)]
)
def test_a_key_has_one_shape(text: str, expected: bool) -> None:
    assert is_api_key(text) == expected
