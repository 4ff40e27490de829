"""Sign in by a link that is sent to an address: who reads the address sees its bookings."""

from datetime import timedelta

from admitone.kit.postgres import Connection
from admitone.mail.contracts import MailKind, MailOrder
from admitone.mail.domain.account_content import SIGN_IN_MINUTES
from admitone.mail.domain.refusals import SignInLinkInvalid, TooManySignIns
from admitone.mail.store import sign_in as store
from admitone.mail.store.unsubscribed import address_keys
from admitone.mail.usecases.composing.links import read_sign_in_code
from admitone.mail.usecases.deps import Deps
from admitone.mail.usecases.put_mail import put_mail

LINKS_OF_ADDRESS_MAX = 3
"""In an hour. More of them would only fill somebody's mailbox."""
LINKS_OF_BLOCK_MAX = 20
"""In an hour, by the client's address block: a household, or an office behind one address."""
SESSION_DAYS = 30
TOKEN_CHARACTERS_MAX = 100


async def request_sign_in(deps: Deps, *, address: str, block: str | None) -> None:
    """Send a link to an address. The caller learns nothing of it: known, unknown and too often end the same.

    The sender of mails decides whether the address has bookings, so that the time of the answer says nothing either.
    Raises `TooManySignIns` for a client (`block`: its address block) that asks for many.
    """
    link = store.NewLink(
        id=deps.new_id("sgn"),
        address=address,
        address_key=address_keys(deps.keys, address)[0],
        block_key=None if block is None else address_keys(deps.keys, f"block {block}")[0],
    )
    async with deps.pool.connection() as conn, conn.transaction():
        answer = await store.insert_sign_in_link(
            conn,
            link,
            address_max=LINKS_OF_ADDRESS_MAX,
            block_max=LINKS_OF_BLOCK_MAX,
            minutes=SIGN_IN_MINUTES,
        )
        if answer.is_inserted:
            await _put_link(deps, conn, link)
    if answer.is_block_full:
        raise TooManySignIns


async def sign_in(deps: Deps, *, code: str) -> str:
    """Exchange the code of a link for the token of a new session, once. Raises `SignInLinkInvalid`."""
    link_id = read_sign_in_code(deps, code)
    if link_id is None:
        raise SignInLinkInvalid
    token = deps.random_token()
    async with deps.pool.connection() as conn:
        if await store.exchange_sign_in_link(conn, link_id, token, days=SESSION_DAYS) is None:
            raise SignInLinkInvalid
    return token


async def sign_out(deps: Deps, *, token: str) -> None:
    """Revoke the session; it is over on this device and on any that copied its cookie."""
    async with deps.pool.connection() as conn:
        await store.revoke_session(conn, token)


async def sign_out_everywhere(deps: Deps, *, address: str) -> int:
    """Revoke all sessions of an address and the links that are not used yet. Return how many sessions ended."""
    async with deps.pool.connection() as conn:
        return await store.revoke_sessions(conn, address)


async def read_session(deps: Deps, *, token: str) -> str | None:
    """Return the address of the session; None if there is no such session, or it has ended."""
    if not token or len(token) > TOKEN_CHARACTERS_MAX:
        return None
    async with deps.pool.connection() as conn:
        return await store.read_session(conn, token)


async def _put_link(deps: Deps, conn: Connection, link: store.NewLink) -> None:
    ends_at = deps.now() + timedelta(minutes=SIGN_IN_MINUTES)
    await put_mail(conn, [MailOrder(MailKind.SIGN_IN, link.id, recipient=link.address, send_before=ends_at)])
