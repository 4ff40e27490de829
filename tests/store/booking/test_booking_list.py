"""The list of all bookings of an organization reads that organization's rows, not those of the installation."""

from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.booking.store.organizer_bookings import BookingFilter, count_tickets, statement
from admitone.kit.postgres import Connection, Pool
from admitone.organizers.contracts import Identity
from admitone.payments.usecases import money_report
from admitone.payments.usecases.personal_data import erase_booking_payers
from tests.store.booking.sale_env import ORGANIZER, OTHER_ORGANIZER, SaleEnv

EVERYTHING: dict[str, Any] = {
    "size": 20,
    "skip": 0,
    "literal": [],
    "ticket_events": [],
    "ticket_indexes": [],
    **dict.fromkeys(("event_id", "status", "before_id", "folded", "ids")),
}


async def test_a_small_organization_beside_a_large_one_reads_its_own_bookings(pool: Pool, redis: Redis) -> None:
    env = await SaleEnv(pool, redis).open()
    await env.bought("A-1")

    async with pool.connection() as conn, conn.transaction(force_rollback=True):
        await conn.execute(
            "insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees,"
            " currency, expires_at) select 'bkg_' || n, 'evt_x', %s, 'expired', '{1}', '[]', 0, 0, 'EUR', now()"
            " from generate_series(1, 3000) n",
            [OTHER_ORGANIZER.organization_id],
        )
        await conn.execute("analyze booking.bookings")
        listed = await _plan(conn, "list_bookings", ORGANIZER)
        counted = await _plan(conn, "count_bookings", ORGANIZER)
        page_of_many = await _plan(conn, "list_bookings", OTHER_ORGANIZER)

        in_no_booking = EVERYTHING | {"status": "refunded"}
        listed_by_state = await _plan(conn, "list_bookings", OTHER_ORGANIZER, in_no_booking)
        counted_by_state = await _plan(conn, "count_bookings", OTHER_ORGANIZER, in_no_booking)

    assert "ended_bookings_pkey" in listed_by_state, listed_by_state
    assert "Sort" not in listed_by_state, "the first page must not read all"
    assert "ended_bookings_pkey" in counted_by_state, counted_by_state
    assert "bookings_by_organization" in listed
    assert f"Index Cond: (organization_id = '{ORGANIZER.organization_id}'" in counted
    assert "Sort" not in page_of_many, "the first page must not read all"


async def test_a_booking_is_found_by_the_card_that_paid_it(pool: Pool, redis: Redis) -> None:
    env = await SaleEnv(pool, redis).open()
    booking = await env.bought("A-1")
    await env.bought("A-2", is_captured=False)

    for typed in ("card 4242", "Card  4242", "•••• 4242", "****4242"):
        assert await env.found_by(typed) == [booking.id], typed
    assert await env.found_by("card 4242", who=OTHER_ORGANIZER) == []
    assert await env.found_by("card 4444") == await env.found_by("4242") == []

    second = await env.bought("A-3")
    pages = [await env.found_by("card 4242", page=page, size=1) for page in range(3)]
    assert pages == [[second.id], [booking.id], []]
    await erase_booking_payers(pool, [booking.id, second.id])
    assert await env.found_by("card 4242") == []


async def test_other_organizations_cards_hide_no_booking(
    pool: Pool, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(money_report, "CARD_BOOKINGS_MAX", 2)
    env = await SaleEnv(pool, redis).open()
    booking = await env.bought("A-1")
    async with pool.connection() as conn, conn.transaction():
        for number in range(3):  # newer, by their ids
            newer = f"bkg_zzz{number}"
            await conn.execute("insert into payments.cards (booking_id, last4) values (%s, '4242')", [newer])

    assert await env.found_by("card 4242") == [booking.id]


async def test_tickets_are_counted_as_the_bookings_are_found(pool: Pool, redis: Redis) -> None:
    env = await SaleEnv(pool, redis).open()
    booking = await env.bought("A-1", "A-2")
    await env.bought("A-3")

    async def count(organizer: Identity, *, words: str = "", status: str | None = None) -> int:
        async with pool.connection() as conn:
            return await count_tickets(conn, BookingFilter(organizer.organization_id, None, status, words))

    assert await count(ORGANIZER) == 3
    assert await count(ORGANIZER, status="refunded") == 0
    assert await count(ORGANIZER, words=booking.tickets[0].ticket_id) == 2
    assert await count(OTHER_ORGANIZER) == 0


async def _plan(conn: Connection, name: str, organizer: Identity, asked: dict[str, Any] = EVERYTHING) -> str:
    text = f"explain {statement(name, asked['status'])}"
    cursor = await conn.execute(text, asked | {"organization_id": organizer.organization_id})
    return "\n".join(row["QUERY PLAN"] for row in await cursor.fetchall())
