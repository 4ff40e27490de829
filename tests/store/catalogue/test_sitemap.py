"""Parts of the sitemap, read from a real database."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from admitone.catalogue.contracts.sitemap import SitemapEntry, SitemapKind
from admitone.catalogue.usecases import sitemap
from admitone.catalogue.usecases.sitemap import read_sitemap_entries, read_sitemap_shards
from admitone.kit.postgres import Pool
from tests.catalogue_fixtures import Env
from tests.store.catalogue.test_import_lines import EVENT, PERFORMER, VENUE, load


@pytest.fixture
def env(pool: Pool) -> Env:
    return Env(pool)


async def in_parts(env: Env, kind: SitemapKind) -> list[list[SitemapEntry]]:
    return [
        await read_sitemap_entries(env.deps, kind, first_id)
        for first_id, _ in await read_sitemap_shards(env.deps, kind)
    ]


async def listed(env: Env, kind: SitemapKind) -> list[SitemapEntry]:
    return [entry for part in await in_parts(env, kind) for entry in part]


async def test_only_published_events_that_are_not_over_are_listed(env: Env) -> None:
    shows = [
        {**EVENT, "id": "e1", "name": "On"},
        {**EVENT, "id": "e2", "name": "Draft", "publish": False},
        {**EVENT, "id": "e3", "name": "Over", "local_start": "2020-12-31T19:30"},
    ]
    await load(env, await env.organization(), VENUE, PERFORMER, *shows)

    names = {entry.name for entry in await listed(env, "event")}
    assert "On" in names
    assert names.isdisjoint({"Draft", "Over"})


async def test_venues_and_performers_are_listed_with_their_change(env: Env) -> None:
    await load(env, await env.organization(), VENUE, PERFORMER)

    assert "Halle" in {entry.name for entry in await listed(env, "venue")}
    assert "Björk" in {entry.name for entry in await listed(env, "performer")}
    for kind in get_args(SitemapKind):
        for (_, updated_at), entries in zip(
            await read_sitemap_shards(env.deps, kind), await in_parts(env, kind), strict=True
        ):
            assert updated_at == max(entry.updated_at for entry in entries)


async def test_parts_follow_each_other_without_a_gap(env: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    performers = [{**PERFORMER, "id": f"p{number}", "name": f"Band {number}"} for number in range(7)]
    await load(env, await env.organization(), *performers)
    whole = await listed(env, "performer")
    monkeypatch.setattr(sitemap, "SHARD_SIZE", 3)
    parts = await in_parts(env, "performer")

    assert [entry for part in parts for entry in part] == whole
    assert all(len(part) == 3 for part in parts[:-1])
    assert 1 <= len(parts[-1]) <= 3


async def test_a_show_is_listed_until_it_is_over(env: Env) -> None:
    await load(env, await env.organization(), VENUE, PERFORMER, EVENT)
    starts = datetime.fromisoformat("2026-12-31T18:30:00+00:00")
    env.now = starts + timedelta(hours=2)
    during = len(await listed(env, "event"))
    env.now = starts + timedelta(hours=4)

    assert during > len(await listed(env, "event"))
