"""Limits on how many of a thing an organization or a person has. They are far above need, and bound every list."""

from enum import Enum

from admitone.kit.refusal import Kind, Refusal


class Limited(Enum):
    """(what, how many at most, who has them, what to do at the limit)."""

    API_KEYS = ("API keys that work", 200, "An organization", "Revoke one that is not used any more")
    INVITATIONS = ("open invitations", 200, "An organization", "Revoke one, or wait until some are used or expire")
    MEMBERS = ("members", 1_000, "An organization", "Remove one first")
    TERMS = ("versions of its terms", 1_000, "An organization", "Ask the people who run this installation")
    PASSKEYS = ("passkeys", 20, "An account", "Remove one first")

    @property
    def most(self) -> int:
        most: int = self.value[1]
        return most


SESSIONS_MAX = 50
"""A further sign-in ends the session that was used the longest ago: a limit that refused it would lock people out."""


class LimitReached(Refusal):
    """`limit`: how many there may be; `of`: what is limited (`api_keys`, `invitations`, `members`, `terms`,
    `passkeys`)."""

    code = "limit-reached"
    kind = Kind.CONFLICT

    def __init__(self, limited: Limited) -> None:
        what, most, owner, advice = limited.value
        super().__init__(f"{owner} has at most {most} {what}. {advice}.", limit=most, of=limited.name.lower())


def check_number(limited: Limited, number: int) -> None:
    """Raise `LimitReached` if there are as many as there may be. The caller holds the lock that makes `number` true."""
    if number >= limited.most:
        raise LimitReached(limited)
