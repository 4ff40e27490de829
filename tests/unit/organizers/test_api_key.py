import hashlib
import re

import pytest

from admitone.organizers.contracts import Role
from admitone.organizers.domain.api_key import encode_api_key, hash_api_key, read_bearer

KEY = encode_api_key(bytes(range(32)))


def test_a_key_is_ak_and_43_url_safe_characters() -> None:
    assert re.fullmatch(r"ak_[A-Za-z0-9_-]{43}", KEY)


def test_a_key_of_fewer_random_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="32 random bytes"):
        encode_api_key(bytes(31))


def test_only_the_sha_256_of_a_key_is_stored() -> None:
    assert hashlib.sha256(KEY.encode()).digest() == hash_api_key(KEY)


@pytest.mark.parametrize("header", [f"Bearer {KEY}", f"bearer  {KEY} "])
def test_a_key_is_read_from_the_header(header: str) -> None:
    assert read_bearer(header) == KEY


@pytest.mark.parametrize("header", [None, "", KEY, f"Basic {KEY}", f"Bearer {KEY}x", "Bearer ak_", f"Bearer {KEY}\0"])
def test_anything_else_is_refused(header: str | None) -> None:
    assert read_bearer(header) is None


def test_a_role_covers_itself_and_those_below() -> None:
    order = [Role.SCANNER, Role.BOX_OFFICE, Role.MANAGER, Role.OWNER]
    assert [[j <= i for j in range(4)] for i in range(4)] == [[role.covers(other) for other in order] for role in order]
