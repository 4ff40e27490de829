"""Facts of the waiting list, returns, transfers and invitations become mails in the transaction that makes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from admitone.booking.contracts.resale import PersonNotice
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.organizers.contracts import Invitation, Role
from admitone.pages.domain.booking_links import BookingLinks
from admitone.runtime.wiring.notices import invitation_sender, person_announcer, transfer_announcer
from admitone.tickets.contracts import TransferNews
from tests.http.catalogue.steps import Client, published_event

ADDRESS = "https://tickets.example"
SOON = datetime.now(UTC) + timedelta(minutes=30)


async def read_outbox(pool: Pool) -> list[dict[str, Any]]:
    async with pool.connection() as conn:
        cursor = await conn.execute("select kind, version, recipient, facts from mail.outbox order by created_at")
        return await cursor.fetchall()


LINKS = BookingLinks(
    derive_ring(["a secret that these tests sign with"], "booking link"),
    issue_token=lambda booking_id, _version: booking_id,
    is_token=lambda booking_id, token: booking_id == token,
    is_secure=True,
)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PersonNotice.WAITING_LIST_JOINED, "You are on the waiting list"),
        (PersonNotice.WAITING_LIST_OFFER, "Your tickets are held until"),
        (PersonNotice.WAITING_LIST_OFFER_ENDED, "The tickets went to the next person"),
        (PersonNotice.WAITING_LIST_ENDED, "No tickets became free for you"),
    ],
)
async def test_each_step_on_the_waiting_list_is_mailed_once(
    client: Client, pool: Pool, kind: PersonNotice, words: str
) -> None:
    event = await published_event(client)
    facts = {"event_id": event["id"], "email": "ada@example.org", "name": "Ada", "entry_token": "wle_1.signature"}
    facts |= {"expires_at": SOON.isoformat()} if kind is PersonNotice.WAITING_LIST_OFFER else {}
    announce = person_announcer(ADDRESS, LINKS)

    for _ in range(2):
        async with pool.connection() as conn:
            await announce(conn, kind, "wle_1", facts)

    (mail,) = await read_outbox(pool)
    assert (mail["kind"], mail["recipient"]) == ("waiting_list", "ada@example.org")
    assert words in str(mail["facts"])
    assert mail["facts"]["organization_id"].startswith("org_")
    has_link = kind in (PersonNotice.WAITING_LIST_JOINED, PersonNotice.WAITING_LIST_OFFER)
    assert (f"{ADDRESS}/e/{event['id']}/waiting-list/wle_1.signature" in str(mail["facts"])) is has_link


async def test_each_return_of_a_booking_is_mailed(client: Client, pool: Pool) -> None:
    event = await published_event(client)
    announce = person_announcer(ADDRESS, LINKS)

    async with pool.connection() as conn:
        for ticket in ("tkt_1", "tkt_2"):
            facts = {"event_id": event["id"], "email": "ada@example.org", "amount": 4950, "currency": "EUR"}
            await announce(conn, PersonNotice.TICKETS_RETURNED, "bkg_1", facts | {"ticket_ids": [ticket]})

    first, second = await read_outbox(pool)
    assert first["kind"] == second["kind"] == "ticket_return"
    assert "You returned 1 ticket" in str(first["facts"])
    assert "We refund €49.50" in str(first["facts"])


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PersonNotice.RESALE_OFFERED, "Your ticket is on offer"),
        (PersonNotice.RESALE_SOLD, "We refund €49.50"),
        (PersonNotice.RESALE_WITHDRAWN, "Your ticket is not on offer any more"),
        (PersonNotice.RESALE_ENDED, "No one on the waiting list bought it"),
    ],
)
async def test_each_step_of_a_ticket_on_offer_is_mailed_once(
    client: Client, pool: Pool, kind: PersonNotice, words: str
) -> None:
    event = await published_event(client)
    announce = person_announcer(ADDRESS, LINKS)
    facts = {"event_id": event["id"], "email": "ada@example.org", "amount": 4950, "currency": "EUR", "at": "now"}

    for _ in range(2):
        async with pool.connection() as conn:
            await announce(conn, kind, "bkg_1", facts | {"ticket_ids": ["tkt_1"]})

    (mail,) = await read_outbox(pool)
    assert mail["kind"] == "ticket_return"
    assert words in str(mail["facts"])


async def test_a_transfer_is_mailed_to_the_friend_and_to_the_new_holder(client: Client, pool: Pool) -> None:
    event = await published_event(client)
    announce = transfer_announcer(ADDRESS, LINKS)
    known: dict[str, Any] = {
        "transfer_id": "trf_1",
        "event_id": event["id"],
        "booking_id": "bkg_1",
        "giver_id": "bkg_1",
        "friend": "Ben",
        "friend_email": "ben@example.org",
        "expires_at": SOON,
        "ticket_ids": ("tkt_1", "tkt_2"),
    }

    async with pool.connection() as conn:
        await announce(conn, TransferNews(kind="offered", code="the-code", **known))
        await announce(conn, TransferNews(kind="undone", **known))
        accepted: dict[str, Any] = {"holder_name": "Ben", "holder_email": "ben.okafor@example.org"}
        await announce(conn, TransferNews(kind="accepted", **known, **accepted))

    offered, taken = await read_outbox(pool)
    assert (offered["recipient"], taken["recipient"]) == ("ben@example.org", "ben.okafor@example.org")
    assert {mail["facts"]["organization_id"][:4] for mail in (offered, taken)} == {"org_"}
    assert f"{ADDRESS}/transfer?c=the-code" in str(offered["facts"])
    assert f"{ADDRESS}/my/trf_1?c={LINKS.code('trf_1')}" in str(taken["facts"])


async def test_an_invitation_is_mailed_once_and_its_token_is_no_key(client: Client, pool: Pool) -> None:
    send = invitation_sender(pool)
    url = f"{ADDRESS}/console/welcome/secret-token"

    for _ in range(2):
        await send(Invitation("cleo@example.org", "Kölner Bühnen", Role.FINANCE, url, "Ada"))

    async with pool.connection() as conn:
        rows = await (await conn.execute("select subject_id, recipient, facts from mail.outbox")).fetchall()
    (mail,) = rows
    assert (mail["recipient"], "secret-token" in mail["subject_id"]) == ("cleo@example.org", False)
    assert "Ada invites you to the console as finance." in str(mail["facts"])


async def test_both_addresses_of_a_correction_are_told_before_and_after(client: Client, pool: Pool) -> None:
    event = await published_event(client)
    announce = person_announcer(ADDRESS, LINKS)
    facts = {"event_id": event["id"], "correction_id": "cor_1", "booking_id": "bkg_1", "link_version": 1, "code": "mac"}
    facts |= {"email": "ada@example.org", "new": "a•••@r•••.example"}
    kinds = (
        PersonNotice.ADDRESS_ASKED,
        PersonNotice.ADDRESS_TOLD,
        PersonNotice.ADDRESS_CORRECTED,
        PersonNotice.ADDRESS_LEFT,
    )

    async with pool.connection() as conn:
        for kind in (*kinds, *kinds):
            await announce(conn, kind, "cor_1", facts)

    asked, told, corrected, left = (str(mail["facts"]) for mail in await read_outbox(pool))
    assert f"{ADDRESS}/my/address/cor_1?c=mac" in asked
    assert f"{ADDRESS}/my/address/cor_1/stop?c=mac" in told
    assert f"{ADDRESS}/my/bkg_1?c={LINKS.code('bkg_1', 1)}" in corrected
    assert "a•••@r•••.example" in told
    assert "a•••@r•••.example" in left
    assert "link_url" not in left
