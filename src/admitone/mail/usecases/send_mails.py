"""Send the mails of the outbox: a round of the worker, every second.

The row is the job. A sender takes some rows for a while, composes each, hands it to the server, and records the end. A
sender that dies in between leaves its rows to the next one, when its lease ends. If the server had accepted a mail
before, it is sent a second time with the same Message-ID, and never a third time: see docs/decisions/.
"""

import asyncio

import structlog
from msgspec.structs import replace
from prometheus_client import Counter

from admitone.kit.crash_points import crash_point
from admitone.kit.rush_delay import RUSH_SECONDS
from admitone.mail.domain.content import AddressBlocked, NotNeeded, Subscription
from admitone.mail.domain.delivery import (
    UNSURE_MAX,
    MailDeferred,
    MailRejected,
    OutcomeUnknown,
    ServerUnavailable,
    error_text,
    pause_seconds,
)
from admitone.mail.domain.mail_token import bounce_address, mail_token, message_id
from admitone.mail.domain.reports import Outcome, is_address_wrong
from admitone.mail.store import outbox as store
from admitone.mail.store.blocked_addresses import block_address, read_block
from admitone.mail.store.outbox import Mail
from admitone.mail.store.unsubscribed import address_keys, is_unsubscribed
from admitone.mail.usecases.composing.compose import compose
from admitone.mail.usecases.composing.remembered import remember_reads
from admitone.mail.usecases.deps import Deps

log = structlog.get_logger(__name__)
MAILS = Counter("admitone_mails_total", "Mails that ended", ["kind", "outcome"])

CLAIMED_MAX = 10
CLAIM_SECONDS = 120.0
"""A mail whose turn comes later than this is left to the next sender."""
LEASE_SECONDS = 900.0
"""A mail is handed over in less: each command has a limit (adapters/smtp.py)."""
SERVER_PAUSE_SECONDS = 20.0
BACKLOG_MAX = 500
"""With more mails waiting than this, tickets are not attached: drawing them would keep the last buyers waiting for
hours. The mail links to them."""
COMPOSE_SECONDS_MAX = 60.0


async def send_mails(deps: Deps) -> int:
    """Send what is due, until nothing is, or the server does not answer. Return how many mails ended.

    In a rush, mails about bookings wait: those of its first seconds were ordered before it was known as one.
    """
    ended = 0
    while True:
        async with deps.pool.connection() as conn:
            backlog = await store.count_due(conn, BACKLOG_MAX + 1)
        if not backlog:
            return ended
        wait_seconds = RUSH_SECONDS[1] if await deps.is_rush() else 0.0
        async with deps.pool.connection() as conn:
            mails = await store.claim_mails(
                conn, size=CLAIMED_MAX, lease_seconds=CLAIM_SECONDS, booking_wait_seconds=wait_seconds
            )
        if not mails:
            return ended
        remembering = remember_reads(deps)
        for place, mail in enumerate(mails):
            try:
                await _send(remembering, mail, attaches=backlog <= BACKLOG_MAX)
            except ServerUnavailable as error:
                await _release(deps, mails[place:], error)
                return ended
            ended += 1


async def _send(deps: Deps, mail: Mail, *, attaches: bool) -> None:
    """Bring one mail to its end, or postpone it. Raises `ServerUnavailable`: the mail was not tried."""
    if mail.send_before <= deps.now():
        return await _end(deps, mail, "failed" if mail.error else "skipped", error=mail.error or "it came too late")
    if mail.unsure >= UNSURE_MAX:
        return await _end(deps, mail, "failed", error="the outcome of two attempts is unknown: it may have arrived")
    try:
        async with asyncio.timeout(COMPOSE_SECONDS_MAX):
            recipient, name, content = await compose(deps, mail, attaches=attaches)
        await _check_news(deps, mail, recipient, content.subscription)
        token = mail_token(deps.keys, mail.id)
        envelope = deps.draw_message(content, recipient, name, message_id(token, deps.domain), deps.now())
        if deps.bounces_to is not None:
            envelope = replace(envelope, sender=bounce_address(deps.bounces_to, token))
    except AddressBlocked as reason:
        return await _end(deps, mail, "failed", error=str(reason))
    except NotNeeded as reason:
        return await _end(deps, mail, "skipped", error=str(reason))
    except ValueError as error:
        return await _end(deps, mail, "failed", error=error_text(error))
    except Exception as error:  # noqa: BLE001 - a defect in one mail must not hold up the others; it is tried again
        return await _postpone(deps, mail, error)
    async with deps.pool.connection() as conn:
        address_key = address_keys(deps.keys, recipient)[0]
        if not await store.begin_sending(conn, mail, lease_seconds=LEASE_SECONDS, address_key=address_key):
            log.warning("another sender has the mail", mail_id=mail.id)
            return None
    try:
        await deps.send(envelope)
    except MailRejected as error:
        if is_address_wrong(str(error)):
            async with deps.pool.connection() as conn:
                await block_address(conn, mail.id, reason=Outcome.BOUNCE.value, detail=error_text(error))
        return await _end(deps, mail, "failed", error=error_text(error))
    except MailDeferred as error:
        return await _postpone(deps, mail, error)
    except OutcomeUnknown as error:
        return await _postpone(deps, mail, error, is_unsure=True)
    crash_point("mail.accepted")
    return await _end(deps, mail, "sent", told=max(content.told, mail.version))


async def _check_news(deps: Deps, mail: Mail, recipient: str, subscription: Subscription | None) -> None:
    """Raise `NotNeeded` if an earlier mail has told the same, or the recipient wants none of this kind, and
    `AddressBlocked` for a mail that is necessary and would not arrive."""
    async with deps.pool.connection() as conn:
        if await store.is_told(conn, mail):
            raise NotNeeded("an earlier mail has told it")
        if subscription is not None and await is_unsubscribed(conn, deps.keys, recipient, subscription):
            raise NotNeeded("the recipient wants no such mails")
        block = await read_block(conn, deps.keys, recipient)
    if block is None:
        return
    said = f": {block.detail}" if block.detail else ""  # the words of a server are erased before the block is
    if subscription is not None:
        raise NotNeeded(f"the address is blocked ({block.reason}){said}")
    if block.reason == Outcome.BOUNCE.value:
        raise AddressBlocked(f"an earlier mail to this address came back{said}")


async def _end(deps: Deps, mail: Mail, state: str, *, told: int | None = None, error: str | None = None) -> None:
    async with deps.pool.connection() as conn:
        is_ended = await store.end_mail(conn, mail, state, told=told, error=error, is_kept=state == "failed")
    MAILS.labels(mail.kind, state).inc()
    if state == "failed":
        log.error("mail failed: see admitone mail list", mail_id=mail.id, kind=mail.kind, error=error)
    if not is_ended:
        log.warning("another sender had taken the mail", mail_id=mail.id, state=state)


async def _postpone(deps: Deps, mail: Mail, error: Exception, *, is_unsure: bool = False) -> None:
    wait = pause_seconds(mail.attempts - 1, deps.random_share())
    log.warning("mail postponed", mail_id=mail.id, kind=mail.kind, wait_seconds=round(wait), error=error_text(error))
    async with deps.pool.connection() as conn:
        await store.postpone_mail(conn, mail, wait_seconds=wait, error=error_text(error), is_unsure=is_unsure)


async def _release(deps: Deps, mails: list[Mail], error: ServerUnavailable) -> None:
    wait = SERVER_PAUSE_SECONDS * (0.5 + deps.random_share())
    log.warning("the mail server is unavailable", waiting=len(mails), wait_seconds=round(wait), error=str(error))
    async with deps.pool.connection() as conn:
        await store.release_mails(conn, mails, wait_seconds=wait, error=error_text(error))
