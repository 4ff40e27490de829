"""What the console's screens need; filled in by the role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from admitone.organizers.contracts import (
    Authenticate,
    BeginPasskeySignIn,
    BeginProviderSignIn,
    ConfirmByPasskey,
    ConfirmPerson,
    EndSession,
    FinishProviderSignIn,
    GiveCode,
    JoinByLink,
    ReadLink,
    SignIn,
    SignInByPasskey,
    UseLink,
)


@dataclass(frozen=True)
class Deps:
    """`static_url`: path of a file that the pages serve (design tokens, base styles) → its address.

    `is_secure`: the public URL is https. `has_passkeys`: it has a domain name. `provider_name`: of the
    identity provider's accounts; None: there is no provider.
    """

    authenticate: Authenticate
    read_link: ReadLink
    use_link: UseLink
    join_by_link: JoinByLink
    sign_in: SignIn
    give_code: GiveCode
    confirm_person: ConfirmPerson
    end_session: EndSession
    begin_passkey_sign_in: BeginPasskeySignIn
    sign_in_by_passkey: SignInByPasskey
    confirm_by_passkey: ConfirmByPasskey
    begin_provider_sign_in: BeginProviderSignIn
    finish_provider_sign_in: FinishProviderSignIn
    static_url: Callable[[str], str]
    is_secure: bool
    has_passkeys: bool
    provider_name: str | None
    is_test_mode: bool
    now: Callable[[], datetime]
