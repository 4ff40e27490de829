"""An event as it is now: what is kept longer than a page is not read where the past may be shown."""

from dataclasses import replace

from admitone.catalogue.usecases.browsing import get_event_view
from admitone.kit.postgres import Connection, Pool, ReadPool
from admitone.kit.read_pool import Read
from tests.catalogue_fixtures import Env
from tests.store.catalogue.test_import_lines import EVENT, PERFORMER, VENUE, load


class Counted(ReadPool):
    """Notes that it was asked."""

    asked = 0

    async def read(self, read: Read, **options: object) -> object:  # type: ignore[type-arg, override]
        self.asked += 1
        return await super().read(read, **options)  # type: ignore[arg-type]


async def test_the_current_event_is_read_from_the_primary(pool: Pool) -> None:
    env = Env(pool)
    counted = Counted(pool)
    await load(env, await env.organization(), VENUE, PERFORMER, {**EVENT, "id": "e1", "name": "On"})
    deps = replace(env.deps, read_pool=counted)
    async with pool.connection() as conn:
        event_id = await _only_event(conn)

    assert (await get_event_view(deps, event_id, is_current=True))["name"] == "On"
    assert counted.asked == 0
    assert (await get_event_view(deps, event_id))["name"] == "On"
    assert counted.asked == 1


async def _only_event(conn: Connection) -> str:
    row = await (await conn.execute("select id from catalogue.events")).fetchone()
    assert row is not None
    return str(row["id"])
