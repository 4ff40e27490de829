"""Two small tables have the bookings that are live, or ended: a sale writes no index of its bookings."""

from typing import Any

from redis.asyncio import Redis

from admitone.booking.domain.token import booking_token
from admitone.booking.store import refunds
from admitone.booking.store.bookings import sweep_expired
from admitone.booking.store.organizer_bookings import BookingFilter, count_bookings, list_bookings
from admitone.booking.usecases.end_holds import expire_bookings, release_booking
from admitone.booking.usecases.start_checkout import start_checkout
from admitone.embedded.postgresql_roles import APP
from admitone.kit.postgres import Pool, open_pool
from admitone.testing.invariants import STATES
from tests.builders import TOKEN_KEYS, a_wish
from tests.servers import as_app
from tests.store.booking.sale_env import ORGANIZER, SaleEnv

CHANGED_BY_A_SALE = r"\m(status|attempt|paying_since|confirmed_at)\M"


async def run(pool: Pool, statement: str, **inputs: object) -> list[dict[str, Any]]:
    async with pool.connection() as conn:
        cursor = await conn.execute(statement.encode(), inputs)
        return await cursor.fetchall() if cursor.description else []


async def faults(pool: Pool, env: SaleEnv) -> list[str]:
    return [row["what"] for row in await run(pool, STATES, events=[env.show.event_id])]


async def hold(env: SaleEnv, seat: str) -> str:
    return (await start_checkout(env.deps, order=a_wish(env.show.event_id, seats=(seat,)))).id


async def in_state(pool: Pool, status: str) -> list[str]:
    """Return the organization's bookings in this state; the list and the count must agree."""
    asked = BookingFilter(ORGANIZER.organization_id, status=status)
    async with pool.connection() as conn:
        listed = await list_bookings(conn, asked, size=10)
        assert await count_bookings(conn, asked) == len(listed)
    return [stored.booking.id for stored in listed]


async def test_no_index_knows_what_a_sale_changes(pool: Pool) -> None:
    """Otherwise each of its two updates writes an entry into every index of the row."""
    found = await run(
        pool,
        "select indexdef from pg_indexes where schemaname || tablename = 'bookingbookings' and indexdef ~ %(names)s",
        names=CHANGED_BY_A_SALE,
    )
    assert found == []


async def test_bookings_are_in_the_table_of_their_state(pool: Pool, redis: Redis) -> None:
    env = await SaleEnv(pool, redis).open()
    sold, refunded, partly = await env.bought("A-1"), await env.bought("A-3"), await env.bought("B-1", "B-2")
    await env.refund(refunded)
    await env.refund(partly, ticket_ids=(partly.tickets[0].ticket_id,))
    held, released, expired = await hold(env, "A-5"), await hold(env, "B-5"), await hold(env, "B-7")
    await release_booking(env.deps, booking_id=released, booking_token=booking_token(TOKEN_KEYS, released))
    await run(pool, "update booking.bookings set expires_at = now() where id = %(id)s", id=expired)
    await expire_bookings(env.deps)

    assert await faults(pool, env) == []
    assert await in_state(pool, "confirmed") == [sold.id]
    assert await in_state(pool, "refunded") == [refunded.id]
    assert await in_state(pool, "partially_refunded") == [partly.id]
    assert await in_state(pool, "in_progress") == [held]
    assert await in_state(pool, "released") == [released]
    assert await in_state(pool, "expired") == [expired]
    assert await in_state(pool, "failed") == await in_state(pool, "paying") == []


async def test_a_booking_that_leaves_a_state_leaves_its_list(pool: Pool, redis: Redis) -> None:
    env = await SaleEnv(pool, redis).open()
    booking = await env.bought("A-1", "A-2", is_captured=False)
    await run(pool, "update booking.bookings set status = 'partially_refunded', refunded = '{0}'")
    before = await in_state(pool, "partially_refunded")
    async with pool.connection() as conn:
        await refunds.revoke_sale(conn, booking.id)

    assert before == [booking.id]
    assert await in_state(pool, "partially_refunded") == []
    assert await in_state(pool, "failed") == [booking.id]
    assert await faults(pool, env) == []


async def test_the_release_before_sells_without_rights_to_the_new_tables(
    pool: Pool, redis: Redis, database_url: str
) -> None:
    """They are granted after the migration, and that release sells meanwhile."""
    tables = "booking.live_bookings, booking.ended_bookings"
    await run(pool, f"revoke all on {tables} from {APP}")
    try:
        async with open_pool(as_app(database_url)) as as_before:
            env = await SaleEnv(as_before, redis).open()
            held, released = await hold(env, "A-1"), await hold(env, "A-3")
            await release_booking(env.deps, booking_id=released, booking_token=booking_token(TOKEN_KEYS, released))
    finally:
        await run(pool, f"grant select, insert, update, delete on {tables} to {APP}")

    assert await in_state(pool, "in_progress") == [held]
    assert await in_state(pool, "released") == [released]


async def test_the_sweeper_deletes_what_the_release_before_has_left(pool: Pool, redis: Redis) -> None:
    """That release sells, and does not know the table of live bookings."""
    env = await SaleEnv(pool, redis).open()
    await hold(env, "A-1")
    await run(pool, "update booking.bookings set status = 'confirmed', confirmed_at = now(), expires_at = now()")
    await run(pool, "insert into booking.live_bookings select now(), event_id, id from booking.bookings")
    before = await faults(pool, env)
    async with pool.connection() as conn:
        due = await sweep_expired(conn)
    ended = await expire_bookings(env.deps)

    assert len(before) == 1
    assert (due, ended) == ([], 0)
    assert await faults(pool, env) == []
