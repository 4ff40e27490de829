"""Explain the refusals of sign-in, team and keys, as `problem_words` does for buyers: (title, text, meaning)."""

CONSOLE_WORDS: dict[str, tuple[str, str, str]] = {
    "fresh-sign-in-needed": (
        "Confirm that it is you",
        "Sign in again, then repeat your change.",
        "Members, keys, money and people's data need the session of a person who signed in during the last half hour.",
    ),
    "too-many-sign-ins": (
        "Too many attempts to sign in",
        "Wait a little, or ask for a new link.",
        "Passwords were wrong too often for this account or from this address: see `Retry-After`.",
    ),
    "person-needed": (
        "Only a person can do this",
        "Sign in to the console.",
        "An API key has no sessions, no password and no membership.",
    ),
    "session-not-found": (
        "There is no such session",
        "It may have ended before.",
        "The session does not exist, belongs to another person, or has ended.",
    ),
    "member-not-found": (
        "There is no such member",
        "The person may have left.",
        "The person is no member of this organization.",
    ),
    "last-owner": (
        "An organization keeps an owner",
        "Make another member an owner first.",
        "The change would leave the organization without an owner.",
    ),
    "invitation-not-found": (
        "There is no such invitation",
        "It may have been used.",
        "The invitation does not exist in this organization, or was used or revoked.",
    ),
    "second-factor-in-use": (
        "You have a second factor",
        "Remove it first.",
        "The person has an authenticator app already.",
    ),
    "link-expired": (
        "This link does not work any more",
        "A link works once, and for seven days. Ask for a new one.",
        "A one-time link of the console is unknown, was used before, was revoked, or is too old.",
    ),
    "form-expired": (
        "This form is too old",
        "Open the page again and repeat your change. Nothing was changed.",
        "A form of the console was sent by another session than the one that opened it.",
    ),
}
