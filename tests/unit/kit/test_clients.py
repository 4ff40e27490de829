"""Client tokens and address blocks: whom limits count before a buyer is named."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.client_token import VALID_SECONDS, ClientTokens
from admitone.kit.http.client_address import address_block, scope_address
from admitone.kit.http.client_cookie import issue_client, read_client
from admitone.kit.keys import derive_ring

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def tokens(*, is_secure: bool = True, secret: str = "a secret", now: datetime = NOW) -> ClientTokens:
    return ClientTokens(derive_ring([secret], "client token"), is_secure, lambda: now)


def test_a_browser_is_known_again_by_its_cookie() -> None:
    client, cookie = issue_client(tokens())
    sent = f"theme=dark; {cookie.partition(';')[0]}; a=b".encode()

    assert read_client(tokens(), sent) == client
    assert read_client(tokens(now=NOW + timedelta(seconds=VALID_SECONDS)), sent) is None
    assert read_client(tokens(secret="another"), sent) is None


def test_the_cookie_is_httponly_and_same_site() -> None:
    _, cookie = issue_client(tokens())
    _, plain = issue_client(tokens(is_secure=False))

    assert cookie.startswith("__Host-admitone-client=")
    assert cookie.split("; ")[1:] == ["Path=/", f"Max-Age={VALID_SECONDS}", "HttpOnly", "SameSite=Lax", "Secure"]
    assert plain.startswith("admitone-client=")
    assert "Secure" not in plain
    assert read_client(tokens(), plain.encode()) is None, "a plain cookie is not taken for one that only https can set"


@given(value=st.binary(max_size=250))
def test_any_other_cookie_names_nobody(value: bytes) -> None:
    assert read_client(tokens(), b"__Host-admitone-client=" + value) is None


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("198.51.100.7", "198.51.100.7/32"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("::ffff:198.51.100.7", "198.51.100.7/32"),
        ("127.0.0.1", None),
        ("::1", None),
        ("10.1.2.3", None),
        ("fd00::1", None),
        ("unix:", None),
        ("", None),
        (None, None),
    ],
)
def test_blocks_are_of_public_addresses(address: str | None, block: str | None) -> None:
    assert address_block(address) == block


@given(address=st.text(max_size=40))
def test_any_text_has_a_block_or_none(address: str) -> None:
    address_block(address)


def test_the_address_is_the_asgi_servers() -> None:
    assert scope_address({"client": ("198.51.100.7", 1)}) == "198.51.100.7"
    assert scope_address({"client": None}) is None
