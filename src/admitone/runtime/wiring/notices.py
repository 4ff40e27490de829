"""Mails about the waiting list, returns, transfers and invitations: put into the outbox by the slices' own facts."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from admitone.booking.contracts.resale import AnnounceToPerson, PersonNotice
from admitone.catalogue.contracts import EventDocument
from admitone.catalogue.usecases.documents import read_documents_on
from admitone.kit.postgres import Connection, Pool
from admitone.mail.contracts import MailKind, MailOrder, Notice
from admitone.mail.domain.correction_words import correction_notice
from admitone.mail.domain.notice_words import (
    RESALE_NOTICES,
    accepted_notice,
    invitation_notice,
    offered_notice,
    reply_address_notice,
    resale_notice,
    returned_notice,
    waiting_list_notice,
)
from admitone.mail.usecases.put_mail import put_mail
from admitone.organizers.contracts import Invitation, ReplyConfirmation, SendInvitation, SendReplyConfirmation
from admitone.pages.domain.booking_links import BookingLinks
from admitone.tickets.contracts import AnnounceTransfer, TransferNews

_STEPS = {
    PersonNotice.WAITING_LIST_JOINED: 0,
    PersonNotice.WAITING_LIST_OFFER: 1,
    PersonNotice.WAITING_LIST_OFFER_ENDED: 2,
    PersonNotice.WAITING_LIST_ENDED: 3,
}
"""The version of an entry's mail: each step of its life is announced once."""


_CORRECTION_STEPS = {
    PersonNotice.ADDRESS_ASKED: 0,
    PersonNotice.ADDRESS_TOLD: 1,
    PersonNotice.ADDRESS_CORRECTED: 2,
    PersonNotice.ADDRESS_LEFT: 3,
}
"""The version of a correction's mail: two go to each address."""


def person_announcer(public_url: str, links: BookingLinks) -> AnnounceToPerson:
    """Return what booking announces the waiting list and returns by, on the connection of its own transaction."""

    async def announce(conn: Connection, kind: PersonNotice, subject_id: str, facts: Mapping[str, Any]) -> None:
        recipient, event = facts.get("email"), await _read_event(conn, str(facts["event_id"]))
        if recipient is None or event is None:
            return
        if kind in _CORRECTION_STEPS:
            notice = correction_notice(kind, event, _correction_url(public_url, links, kind, facts), facts)
            order = MailOrder(
                MailKind.ADDRESS_CORRECTION,
                subject_id,
                recipient=recipient,
                version=_CORRECTION_STEPS[kind],
                notice=notice,
            )
        elif kind is PersonNotice.TICKETS_RETURNED or kind in RESALE_NOTICES:
            notice = resale_notice(kind, event, facts) if kind in RESALE_NOTICES else returned_notice(event, facts)
            order = MailOrder(
                MailKind.TICKET_RETURN, f"{subject_id}-{_return_mark(kind, facts)}", recipient=recipient, notice=notice
            )
        else:
            url = f"{public_url}/e/{event.id}/waiting-list/{facts['entry_token']}"
            notice = waiting_list_notice(kind, event, url, facts)
            order = MailOrder(
                MailKind.WAITING_LIST,
                subject_id,
                recipient=recipient,
                version=_STEPS[kind],
                notice=notice,
                send_before=datetime.fromisoformat(facts["expires_at"]) if "expires_at" in facts else None,
            )
        await put_mail(conn, [_introduced(order, notice, event)])

    return announce


def _correction_url(public_url: str, links: BookingLinks, kind: PersonNotice, facts: Mapping[str, Any]) -> str | None:
    address = f"{public_url}/my/address/{facts['correction_id']}"
    match kind:
        case PersonNotice.ADDRESS_ASKED:
            return f"{address}?c={facts['code']}"
        case PersonNotice.ADDRESS_TOLD:
            return f"{address}/stop?c={facts['code']}"
        case PersonNotice.ADDRESS_CORRECTED:
            booking_id = str(facts["booking_id"])
            return f"{public_url}/my/{booking_id}?c={links.code(booking_id, int(facts['link_version']))}"
        case _:
            return None


def transfer_announcer(public_url: str, links: BookingLinks) -> AnnounceTransfer:
    """Return what tickets announces transfers by: the friend gets the offer, the new holder gets the tickets."""

    async def announce(conn: Connection, news: TransferNews) -> None:
        event = await _read_event(conn, news.event_id)
        if event is None:
            return
        if news.kind == "offered" and news.friend_email is not None and news.code is not None:
            notice = offered_notice(
                event, len(news.ticket_ids), news.expires_at, f"{public_url}/transfer?c={news.code}"
            )
            order = MailOrder(
                MailKind.TICKET_TRANSFER,
                news.transfer_id,
                recipient=news.friend_email,
                notice=notice,
                send_before=news.expires_at,
            )
        elif news.kind == "accepted" and news.holder_email is not None:
            url = f"{public_url}/my/{news.transfer_id}?c={links.code(news.transfer_id)}"
            notice = accepted_notice(event, len(news.ticket_ids), url)
            order = MailOrder(
                MailKind.TICKET_TRANSFER, news.transfer_id, recipient=news.holder_email, version=1, notice=notice
            )
        else:
            return
        await put_mail(conn, [_introduced(order, notice, event)])

    return announce


def reply_confirmation_sender(pool: Pool) -> SendReplyConfirmation:
    """Return what organizers mail the link by that confirms an address for replies."""

    async def send(confirmation: ReplyConfirmation) -> None:
        # The link's code is a secret; the mail's id must not reveal it.
        subject_id = hashlib.blake2b(confirmation.url.encode(), digest_size=16).hexdigest()
        notice = reply_address_notice(confirmation)
        order = MailOrder(MailKind.REPLY_ADDRESS, subject_id, recipient=confirmation.email, notice=notice)
        async with pool.connection() as conn:
            await put_mail(conn, [order])

    return send


def invitation_sender(pool: Pool) -> SendInvitation:
    """Return what organizers mail invitations by."""

    async def send(invitation: Invitation) -> None:
        # The link's token names the invitation; the mail's id must not reveal it.
        subject_id = hashlib.blake2b(invitation.url.encode(), digest_size=16).hexdigest()
        order = MailOrder(
            MailKind.STAFF_INVITATION, subject_id, recipient=invitation.email, notice=invitation_notice(invitation)
        )
        async with pool.connection() as conn:
            await put_mail(conn, [order])

    return send


def _return_mark(kind: PersonNotice, facts: Mapping[str, Any]) -> str:
    """One mail a fact: a booking's tickets may be returned, or offered and taken back, one after the other."""
    said = [*sorted(facts["ticket_ids"]), *((kind.value, facts.get("at", "")) if kind in RESALE_NOTICES else ())]
    return hashlib.blake2b(" ".join(said).encode(), digest_size=8).hexdigest()


def _introduced(order: MailOrder, notice: Notice, event: EventDocument) -> MailOrder:
    """Return the order with a notice that the organization of the event introduces."""
    return replace(order, notice=replace(notice, organization_id=event.organization_id))


async def _read_event(conn: Connection, event_id: str) -> EventDocument | None:
    documents = await read_documents_on(conn, (event_id,))
    return documents[0] if documents else None
