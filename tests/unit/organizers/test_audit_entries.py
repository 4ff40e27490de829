"""An entry of the audit trail is never erased: it keeps no secret, and nothing of buyers."""

import msgspec
import pytest

from admitone.organizers.domain.audit import REMOVED, summarize_body


@pytest.mark.parametrize(
    "member",
    ["password", "token", "code", "buyer", "email", "buyer_email", "buyer_name", "friend", "friend_email", "recipient"],
)
def test_secrets_and_people_are_removed_at_any_depth(member: str) -> None:
    body = msgspec.json.encode({member: "ada@example.org", "orders": [{member: {"name": "Ada"}}], "price": 1250})

    assert summarize_body(body) == {member: REMOVED, "orders": [{member: REMOVED}], "price": 1250}


def test_a_missing_value_says_so() -> None:
    assert summarize_body(b'{"buyer_email": null, "buyer_name": "Ada"}') == {"buyer_email": None, "buyer_name": REMOVED}


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"", None),
        (b"not json", {"bytes": 8}),
        (b"[" * 9000, {"bytes": 9000}),
        (b"[" * 8000, {"bytes": 8000}),
        (b'{"words": "\\u0000"}', {"bytes": 19}),
    ],
)
def test_bodies_that_cannot_be_read_leave_their_size(body: bytes, kept: object) -> None:
    assert summarize_body(body) == kept
