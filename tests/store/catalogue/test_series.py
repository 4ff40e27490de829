import asyncio

import msgspec

from admitone.catalogue.domain.date_pattern import DatePattern, Slot
from admitone.catalogue.domain.drafts import EventDraft
from admitone.catalogue.domain.event_filter import EventFilter
from admitone.catalogue.domain.series import DatesDraft, PlannedDate, SeriesDraft
from admitone.catalogue.store.events import lock_event
from admitone.catalogue.store.series import list_series_starts, lock_series
from admitone.catalogue.usecases.events import create_event, delete_event, list_events
from admitone.catalogue.usecases.series import add_dates, create_series
from admitone.kit.postgres import Pool
from admitone.kit.refusal import InvalidBody
from tests.catalogue_fixtures import Env
from tests.limits import SECONDS_MAX

SHOW = EventDraft(
    name="The Mousetrap",
    segment="arts",
    city="Köln",
    country_code="DE",
    timezone="Europe/Berlin",
    local_start="2026-12-03T19:30",
)
PATTERN = DatePattern(slots=(Slot(time="19:30", weekdays=("thu", "fri", "sat")),), until="2026-12-05")


async def test_two_additions_at_once_create_no_date_twice(pool: Pool) -> None:
    env = Env(pool)
    organization_id = await env.organization()
    source = await create_event(env.deps, organization_id=organization_id, draft=SHOW)
    draft = SeriesDraft(event_id=source.id, pattern=PATTERN)
    series, _ = await create_series(env.deps, organization_id=organization_id, draft=draft)
    wanted = EventFilter(series_id=series.id)
    dates, _ = await list_events(env.deps, organization_id=organization_id, wanted=wanted, page=0, size=10)
    longer = msgspec.structs.replace(PATTERN, until="2026-12-12")

    async def add(event_id: str) -> list[PlannedDate]:
        draft = DatesDraft(event_id=event_id, pattern=longer)
        return (await add_dates(env.deps, organization_id=organization_id, series_id=series.id, draft=draft))[1]

    answers = await asyncio.gather(*(add(date.id) for date in dates), return_exceptions=True)

    assert sorted(type(answer) is InvalidBody for answer in answers) == [False, True, True]
    _, total = await list_events(env.deps, organization_id=organization_id, wanted=wanted, page=0, size=10)
    assert total == 6


async def test_a_deletion_waits_for_the_series_before_it_locks_the_event(pool: Pool) -> None:
    env = Env(pool)
    organization_id = await env.organization()
    source = await create_event(env.deps, organization_id=organization_id, draft=SHOW)
    series, _ = await create_series(
        env.deps, organization_id=organization_id, draft=SeriesDraft(event_id=source.id, pattern=PATTERN)
    )

    async with pool.connection() as conn, conn.transaction():
        await lock_series(conn, organization_id=organization_id, series_id=series.id)
        deletion = asyncio.create_task(delete_event(env.deps, organization_id=organization_id, event_id=source.id))
        async with asyncio.timeout(SECONDS_MAX):
            while not await is_waiting_for_a_lock(pool):
                await asyncio.sleep(0.01)
        # What an addition does next; with the event locked by the deletion, the two would wait for each other.
        locked = await lock_event(conn, organization_id=organization_id, event_id=source.id)
    await deletion

    assert locked is not None
    wanted = EventFilter(series_id=series.id)
    _, total = await list_events(env.deps, organization_id=organization_id, wanted=wanted, page=0, size=10)
    assert total == 2


async def is_waiting_for_a_lock(pool: Pool) -> bool:
    async with pool.connection() as conn:
        cursor = await conn.execute(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
            "AND query ~ 'catalogue.series'"
        )
        return await cursor.fetchone() is not None


async def test_another_organization_reads_no_dates(pool: Pool) -> None:
    env = Env(pool)
    organization_id, other_id = await env.organization(), await env.organization()
    source = await create_event(env.deps, organization_id=organization_id, draft=SHOW)
    series, _ = await create_series(
        env.deps, organization_id=organization_id, draft=SeriesDraft(event_id=source.id, pattern=PATTERN)
    )

    async with pool.connection() as conn:
        own = await list_series_starts(conn, organization_id=organization_id, series_id=series.id)
        other = await list_series_starts(conn, organization_id=other_id, series_id=series.id)

    assert (len(own), other) == (3, [])
