"""How the mails of an organization introduce it: sender's name, colour, and a confirmed address for replies."""

import secrets
from datetime import timedelta

from msgspec import Struct

from admitone.kit.refusal import InvalidBody, Kind, Refusal
from admitone.kit.text import clean_name, email_fault
from admitone.organizers.contracts import Identity, MailIdentity, ReplyConfirmation
from admitone.organizers.domain.console_session import hash_token
from admitone.organizers.store import mail_identities as store
from admitone.organizers.usecases.deps import Deps

CONFIRM_WITHIN = timedelta(days=7)
ASKED_A_DAY_MAX = 5
"""Mails to addresses that an organization names: more of them would only bother other people."""
_CODE_BYTES = 24


class NoMailServer(Refusal):
    """The installation sends no mail, so no address can be confirmed."""

    code = "mail-is-off"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This installation sends no mail: an address for replies cannot be confirmed.")


class TooManyConfirmations(Refusal):
    code = "too-many-confirmations"
    kind = Kind.TOO_MANY

    def __init__(self) -> None:
        super().__init__("Too many addresses for replies were named today. Try again tomorrow.")


class ConfirmationInvalid(Refusal):
    """The code confirms no address of this organization."""

    code = "confirmation-invalid"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("This link was used before, is too old, or belongs to another organization. Name it again.")


class MailIdentityView(Struct, frozen=True):
    """`pending_reply_to`: awaits its confirmation. `sends_mail`: a mail server is configured."""

    identity: MailIdentity
    pending_reply_to: str | None
    sends_mail: bool


async def read_mail_identity(deps: Deps, organization_id: str) -> MailIdentity | None:
    """Return what mails show (`contracts.ReadMailIdentity`)."""
    async with deps.pool.connection() as conn:
        return await store.read_mail_identity(conn, organization_id)


async def view_mail_identity(deps: Deps, identity: Identity) -> MailIdentityView:
    async with deps.pool.connection() as conn:
        found = await store.read_mail_identity(conn, identity.organization_id)
        assert found is not None, "an identity belongs to an organization that exists"
        pending = await store.read_pending_reply_address(conn, identity.organization_id, now=deps.now())
    return MailIdentityView(found, pending, deps.send_reply_confirmation is not None)


async def change_mail_identity(
    deps: Deps, identity: Identity, *, sender_name: str | None, accent: str | None
) -> tuple[MailIdentity, MailIdentityView]:
    """`accent`: `#` and six hexadecimal digits. None: the organization's name, no colour.

    Return what it was, and is.
    """
    async with deps.pool.connection() as conn, conn.transaction():
        before = await store.read_mail_identity(conn, identity.organization_id)
        assert before is not None, "an identity belongs to an organization that exists"
        await store.write_mail_identity(
            conn, identity.organization_id, sender_name=sender_name, accent=accent and accent.lower()
        )
    return before, await view_mail_identity(deps, identity)


async def ask_reply_address(deps: Deps, identity: Identity, *, email: str) -> MailIdentityView:
    """Mail a link to an address; replies go to it once a person of the organization opens the link.

    Raises `InvalidBody`, `NoMailServer`, `TooManyConfirmations`.
    """
    email = clean_name(email)
    if (fault := email_fault(email)) is not None:
        raise InvalidBody([("/email", fault)])
    if deps.send_reply_confirmation is None:
        raise NoMailServer
    code, now = secrets.token_urlsafe(_CODE_BYTES), deps.now()
    async with deps.pool.connection() as conn:
        found = await store.read_mail_identity(conn, identity.organization_id)
        assert found is not None, "an identity belongs to an organization that exists"
        is_asked = await store.ask_reply_address(
            conn,
            identity.organization_id,
            email=email,
            code_hash=hash_token(code),
            until=now + CONFIRM_WITHIN,
            now=now,
            count_max=ASKED_A_DAY_MAX,
        )
    if not is_asked:
        raise TooManyConfirmations
    url = f"{deps.public_url}/console/mail/confirmation?c={code}"
    await deps.send_reply_confirmation(ReplyConfirmation(email, found.name, url, identity.actor_name))
    return await view_mail_identity(deps, identity)


async def confirm_reply_address(deps: Deps, identity: Identity, *, code: str) -> MailIdentityView:
    """Send replies to the address that the code was mailed to. Raises `ConfirmationInvalid`."""
    async with deps.pool.connection() as conn:
        confirmed = await store.confirm_reply_address(
            conn, identity.organization_id, code_hash=hash_token(code), now=deps.now()
        )
    if confirmed is None:
        raise ConfirmationInvalid
    return await view_mail_identity(deps, identity)


async def remove_reply_address(deps: Deps, identity: Identity) -> MailIdentityView:
    """Send replies to the installation's address again."""
    async with deps.pool.connection() as conn:
        await store.remove_reply_address(conn, identity.organization_id)
    return await view_mail_identity(deps, identity)
