"""A scheduled change that cannot be made is shown as failed; of those that ended, the last 100 are kept."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from admitone.booking.domain.scheduled_changes import ScheduledChange, ScheduledState
from admitone.booking.domain.seat_changes import SeatAct
from admitone.booking.store.scheduled_seat_changes import KEPT_MAX
from admitone.booking.usecases.hold_back_seats import HoldBack, hold_back_seats
from admitone.booking.usecases.make_scheduled_change import make_scheduled_change
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.scheduled_seat_changes import (
    ScheduleRequest,
    list_scheduled_changes,
    schedule_seat_change,
)
from admitone.kit.postgres import Pool
from admitone.kit.refusal import Busy
from tests.store.booking.sale_env import ORGANIZER, SaleEnv


class Scheduling(SaleEnv):
    async def schedule(self) -> ScheduledChange:
        due_at = self.deps.now() + timedelta(hours=1)
        request = ScheduleRequest(SeatAct.RELEASE, ("A-1",), due_at)
        made, _ = await schedule_seat_change(
            self.desk, identity=ORGANIZER, event_id=self.show.event_id, request=request, request_key=None
        )
        return made

    async def states(self) -> list[ScheduledState]:
        listed, _ = await list_scheduled_changes(
            self.desk, organization_id=ORGANIZER.organization_id, event_id=self.show.event_id
        )
        return [scheduled.state for scheduled in listed]

    def due(self, **broken: Any) -> OrganizerDeps:
        """Return what the worker makes the change with, on a day on which it is due."""
        later = replace(self.deps, now=lambda: self.deps.now() + timedelta(days=1))
        return replace(self.desk, booking=later, **broken)

    async def run(self, statement: str) -> list[dict[str, Any]]:
        async with self.deps.pool.connection() as conn:
            cursor = await conn.execute(statement)
            return await cursor.fetchall() if cursor.description else []


@pytest.fixture
async def env(pool: Pool, redis: Redis) -> Scheduling:
    env = Scheduling(pool, redis)
    await env.open()
    await hold_back_seats(
        env.desk,
        organization_id=ORGANIZER.organization_id,
        event_id=env.show.event_id,
        request=HoldBack(hold_back=("A-1",)),
    )
    return env


async def test_a_change_fails_with_its_last_attempt(env: Scheduling) -> None:
    scheduled = await env.schedule()

    async def busy(*_: object) -> None:
        raise Busy

    broken = env.due(record_for_person=busy)
    with pytest.raises(Busy):
        await make_scheduled_change(broken, scheduled_id=scheduled.id)
    before = await env.states()
    with pytest.raises(Busy):
        await make_scheduled_change(broken, scheduled_id=scheduled.id, is_last_attempt=True)
    await make_scheduled_change(env.due(), scheduled_id=scheduled.id)

    assert (before, await env.states()) == ([ScheduledState.SCHEDULED], [ScheduledState.FAILED])
    assert (await env.seats())[0] == "b"


async def test_a_change_of_an_event_that_is_gone_fails(env: Scheduling) -> None:
    scheduled = await env.schedule()
    await env.run("update booking.scheduled_seat_changes set event_id = 'evt_gone'")

    await make_scheduled_change(env.due(), scheduled_id=scheduled.id)

    rows = await env.run("select state from booking.scheduled_seat_changes")
    assert [row["state"] for row in rows] == ["failed"]


async def test_the_last_changes_that_ended_are_kept(env: Scheduling) -> None:
    await env.schedule()
    await env.run(
        "insert into booking.scheduled_seat_changes select 'ended_' || n, event_id, organization_id, seat_map_id, act, "
        "price_level_id, parts, due_at, scheduled_by, scheduled_by_kind, scheduled_by_name, scheduled_at, 'failed', "
        "now() + make_interval(secs => n) from booking.scheduled_seat_changes, generate_series(1, 105) n"
    )

    await env.schedule()

    rows = await env.run("select state, count(*)::int as n from booking.scheduled_seat_changes group by state")
    oldest = await env.run("select id from booking.scheduled_seat_changes where id = 'ended_5'")
    assert {row["state"]: row["n"] for row in rows} == {"scheduled": 2, "failed": KEPT_MAX}
    assert oldest == []
