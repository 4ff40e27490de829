import os
from datetime import UTC, datetime

import pytest

from admitone.kit.keys import derive_ring
from admitone.organizers.domain.passkey import (
    CHALLENGE_LIFETIME,
    NONCE_BYTES,
    RelyingParty,
    challenge_end,
    make_challenge,
    relying_party_of,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = derive_ring(("a secret of thirty-two characters",), "passkey challenge")


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://Tickets.example", RelyingParty("tickets.example", "https://tickets.example")),
        ("https://tickets.example:443", RelyingParty("tickets.example", "https://tickets.example")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_passkeys_belong_to_the_domain_of_the_public_url(public_url: str, expected: RelyingParty | None) -> None:
    assert expected == relying_party_of(public_url)


def test_a_challenge_is_ours_for_its_purpose_until_it_expires() -> None:
    challenge = make_challenge(KEYS, "sign in", random_bytes=os.urandom(NONCE_BYTES), now=NOW)

    assert challenge_end(KEYS, "sign in", challenge, NOW) == NOW + CHALLENGE_LIFETIME
    assert challenge_end(KEYS, "confirm in ses_1", challenge, NOW) is None
    assert challenge_end(KEYS, "sign in", challenge, NOW + CHALLENGE_LIFETIME) is None
    for forged in (b"", b"\xff" * 80, challenge[:-1], b"9" + challenge[1:]):
        assert challenge_end(KEYS, "sign in", forged, NOW) is None
