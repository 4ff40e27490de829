"""What the console's screens need; filled in by the role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.organizers.contracts import (
    Authenticate,
    ConfirmPerson,
    EndSession,
    GiveCode,
    JoinByLink,
    ReadLink,
    SignIn,
    UseLink,
)


@dataclass(frozen=True)
class Deps:
    """`static_url`: path of a file that the pages serve (design tokens, base styles) → its address.

    `is_secure`: the public URL is https.
    """

    authenticate: Authenticate
    read_link: ReadLink
    use_link: UseLink
    join_by_link: JoinByLink
    sign_in: SignIn
    give_code: GiveCode
    confirm_person: ConfirmPerson
    end_session: EndSession
    static_url: Callable[[str], str]
    is_secure: bool
    is_test_mode: bool
    now: Callable[[], datetime]
