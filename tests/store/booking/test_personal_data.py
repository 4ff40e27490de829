"""Organizations erase the people of their own events; buyers are erased some days after their event."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import astuple

from admitone.booking.domain.erasure import PersonNotErasable, Reason
from admitone.booking.store.buyers import list_address_bookings
from admitone.booking.usecases import erase_old_buyers as rounds
from admitone.booking.usecases.erase_old_buyers import erase_old_buyers
from admitone.booking.usecases.personal_data import erase_person, find_person
from admitone.booking.usecases.personal_data_deps import PersonalDataDeps
from admitone.kit.postgres import Pool
from admitone.runtime.wiring import utc_now
from admitone.runtime.wiring.personal_data import wire_personal_data
from tests.builders import JobsWritten

ADA = "ada@example.org"
ROWS = """
insert into booking.sales (event_id, organization_id, revision, open, terms)
values ('evt_1', 'org_1', 1, true, '{"starts_at": "2020-01-01T19:00:00Z"}'),
       ('evt_2', 'org_2', 1, true, '{"starts_at": "2020-01-01T19:00:00Z"}'),
       ('evt_3', 'org_2', 1, true, '{"starts_at": null}');
insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                              buyer_key, buyer_email, buyer_name, expires_at, confirmed_at)
select id, event_id, organization_id, 'confirmed', '{1}', '[]', 5000, 500, 'EUR', email, email, 'Ada', now(), now()
  from (values ('bkg_1', 'evt_1', 'org_1', 'ada@example.org'), ('bkg_2', 'evt_2', 'org_2', 'ada@example.org'),
               ('bkg_3', 'evt_3', 'org_2', 'eve@example.org'), ('bkg_4', 'evt_2', 'org_2', 'eve@example.org'))
       as r(id, event_id, organization_id, email);
insert into booking.waiting_entries (id, event_id, buyer_key, buyer_email, buyer_name, quantity, together, state,
                                     closed_at)
select id, event_id, 'ada@example.org', 'ada@example.org', 'Ada', 2, true, 'ended', now()
  from (values ('wte_1', 'evt_1'), ('wte_2', 'evt_2')) as r(id, event_id);
insert into payments.payments (booking_id, attempt, provider, provider_ref, amount, currency, status, buyer_email)
select id, 1, 'simulated', 'pi_' || id, 5500, 'EUR', 'captured', buyer_email from booking.bookings;
insert into tickets.transfers (id, event_id, booking_id, giver_id, code_hash, friend, friend_email, state, expires_at,
                               ended_at, holder_name, holder_email)
values ('trf_1', 'evt_2', 'bkg_4', 'bkg_4', '\\x01', 'Ada L.', 'ada@example.org', 'accepted', now(), now(), 'Ada',
        'ada@example.org');
insert into tickets.tickets (ticket_id, event_id, index, version, holder_name, booking_id)
values ('tkt_1', 'evt_2', 1, 2, 'Ada', 'bkg_4');
insert into tickets.transfer_tickets (transfer_id, ticket_id, index, version, is_open)
values ('trf_1', 'tkt_1', 1, 1, false);
insert into booking.hold_backs (event_id, index, held_for, held_by, held_by_name, held_at)
select event_id, 1, 'Ada', 'key_1', 'Staff', '2020-01-01' from booking.sales;
insert into booking.seat_changes (id, event_id, organization_id, seat_map_id, act, parts, made_by, made_by_name,
                                  made_at)
select 'chg_' || event_id, event_id, organization_id, 'map_1', 'release', '@PARTS@', 'key_1', 'Staff', now()
  from booking.sales;
insert into booking.scheduled_seat_changes (id, event_id, organization_id, seat_map_id, act, parts, due_at,
                                            scheduled_by, scheduled_by_kind, scheduled_by_name, scheduled_at)
select 'ssc_' || event_id, event_id, organization_id, 'map_1', 'release', '@PARTS@', now(), 'key_1', 'key', 'Staff',
       now()
  from booking.sales;
""".replace(
    "@PARTS@",
    '[{"indexes": [1], "hold": {"held_for": "Ada", "held_at": "2020-01-01T00:00:00Z"}}, {"indexes": [3, 2]}]',
)


class Env:
    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def deps(self, keep_days: int | None = None) -> PersonalDataDeps:
        return wire_personal_data(self.pool, JobsWritten(), utc_now, ("a secret",), keep_days)

    async def run(self, statement: str) -> None:
        async with self.pool.connection() as conn:
            await conn.execute(statement)

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        async with self.pool.connection() as conn:
            return [tuple(row.values()) for row in await (await conn.execute(statement)).fetchall()]

    async def emails(self) -> dict[str, str | None]:
        return dict(await self.rows("select id, buyer_email from booking.bookings order by id"))

    async def dispute(self, booking_id: str) -> None:
        await self.run(
            "insert into payments.disputes (id, booking_id, attempt, amount, currency, status)"
            f" values ('dsp_1', '{booking_id}', 1, 5500, 'EUR', 'open')"
        )


@pytest_asyncio.fixture
async def env(pool: Pool) -> AsyncIterator[Env]:
    env = Env(pool)
    await env.run(ROWS)
    yield env


async def test_an_organization_finds_and_erases_only_its_own(env: Env) -> None:
    deps = env.deps()
    of_first = await find_person(deps, organization_id="org_1", address=ADA)
    of_second = await find_person(deps, organization_id="org_2", address=ADA)
    erased = await erase_person(deps, organization_id="org_1", address="ADA@example.org", also_upcoming=False)
    everywhere = await find_person(deps, organization_id=None, address=ADA)

    assert [row["id"] for row in (*of_first.bookings, *of_first.transfers)] == ["bkg_1"]
    assert [row["id"] for row in (*of_second.bookings, *of_second.transfers)] == ["bkg_2", "trf_1"]
    assert (erased.is_whole, erased.data.organization_ids) == (True, ["org_1"])
    assert [row["id"] for row in (*everywhere.bookings, *everywhere.waiting_list_entries)] == ["bkg_2", "wte_2"]
    assert [row["booking_id"] for row in everywhere.payments] == ["bkg_2"]
    assert await env.rows("select holder_name from tickets.tickets") == [("Ada",)]


async def test_a_corrected_address_lists_its_bookings_and_the_old_one_does_not(env: Env) -> None:
    await env.run("update booking.bookings set buyer_email = 'Adah@b.example', is_corrected = true where id = 'bkg_1'")
    async with env.pool.connection() as conn:
        listed = {
            address: [booking.id for booking in await list_address_bookings(conn, address)]
            for address in (ADA, "adah@B.example", "eve@example.org")
        }

    assert listed == {ADA: ["bkg_2"], "adah@B.example": ["bkg_1"], "eve@example.org": ["bkg_4", "bkg_3"]}


async def test_a_ticket_that_another_person_bought_is_an_obstacle_too(env: Env) -> None:
    await env.dispute("bkg_4")
    with pytest.raises(PersonNotErasable) as refused:
        await erase_person(env.deps(), organization_id="org_2", address=ADA, also_upcoming=True)
    found = await find_person(env.deps(), organization_id="org_2", address=ADA)

    assert refused.value.members["bookings"][0]["booking_id"] == "bkg_4"
    assert [astuple(obstacle)[:3] for obstacle in found.obstacles] == [("bkg_4", "evt_2", Reason.DISPUTE_OPEN)]
    assert (await env.emails())["bkg_2"] == ADA


async def test_buyers_are_erased_some_days_after_their_event(env: Env) -> None:
    assert await erase_old_buyers(env.deps()) == 0
    first = await erase_old_buyers(env.deps(keep_days=30))
    second = await erase_old_buyers(env.deps(keep_days=30))

    assert (first, second) == (3, 0)
    assert await env.emails() == {"bkg_1": None, "bkg_2": None, "bkg_3": "eve@example.org", "bkg_4": None}
    assert await env.rows("select distinct buyer_email from booking.waiting_entries") == [("erased@erased.invalid",)]
    assert await env.rows("select booking_id from payments.payments where buyer_email is not null") == [("bkg_3",)]
    assert await env.rows("select friend, friend_email, holder_name, holder_email from tickets.transfers") == [
        ("erased", None, "erased", "erased@erased.invalid")
    ]
    assert await env.rows("select holder_name, version from tickets.tickets") == [("erased", 2)]
    assert await env.rows("select subtotal from booking.bookings where buyer_email is null") == [(5000,)] * 3
    assert await env.rows("select event_id from booking.hold_backs where held_for is not null") == [("evt_3",)]
    for table in ("booking.seat_changes", "booking.scheduled_seat_changes"):
        assert await env.rows(f"select parts from {table} where event_id = 'evt_1'") == [
            ([{"indexes": [1], "hold": {"held_at": "2020-01-01T00:00:00Z"}}, {"indexes": [3, 2]}],)
        ]
        assert await env.rows(f"select event_id from {table} where parts::text like '%Ada%'") == [("evt_3",)]


async def test_a_booking_with_open_money_is_erased_by_a_later_round(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "BOOKINGS_MAX", 1)  # each batch is one booking
    monkeypatch.setattr(rounds, "EVENTS_MAX", 1)
    await env.dispute("bkg_2")
    first = await erase_old_buyers(env.deps(keep_days=30))
    disputed = (await env.emails())["bkg_2"]
    await env.run("update payments.disputes set status = 'won'")
    second = await erase_old_buyers(env.deps(keep_days=30))

    assert (first, disputed, second) == (2, ADA, 1)
    assert await env.rows("select event_id from booking.sales where buyers_erased_at is null") == [("evt_3",)]


async def test_an_event_that_is_younger_than_the_limit_or_moves_to_a_later_date_keeps_its_buyers(env: Env) -> None:
    await env.run(
        "update booking.sales set terms = jsonb_build_object('starts_at', now() - interval '10 days')"
        " where event_id = 'evt_1'"
    )
    erased = await erase_old_buyers(env.deps(keep_days=11))

    assert (erased, (await env.emails())["bkg_1"]) == (2, ADA)
