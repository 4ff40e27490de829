"""An entry of the audit trail is never erased: it keeps no secret, and nothing of buyers."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from admitone.organizers.contracts import ActorKind
from admitone.organizers.domain.audit import REMOVED, AuditEntry, Difference, differences, summarize_body


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


def entry(*, sent: Any, before: Any) -> AuditEntry:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    return AuditEntry("aud_1", at, ActorKind.KEY, "key_1", "Key", None, "", "updateVenue", "venues/ven_1", sent, before)


def test_a_difference_says_what_a_member_became() -> None:
    changed = entry(sent={"name": "Hall", "city": "Wien"}, before={"name": "Room", "city": "Wien"})

    assert differences(changed) == [Difference("name", "Room", "Hall")]


@pytest.mark.parametrize(("sent", "before"), [({"bytes": 9000}, {"name": "Room"}), ({"name": "Hall"}, {"bytes": 9000})])
def test_what_was_too_large_to_keep_shows_no_difference(sent: object, before: object) -> None:
    assert differences(entry(sent=sent, before=before)) == []
