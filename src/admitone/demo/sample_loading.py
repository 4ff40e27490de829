"""The demo's loader process: load a first slice before the demo is ready, then the rest in the background.

The whole sample takes a minute on two processors; the first slice is events with seat maps that are on sale. The loader
records its progress after every batch, so an interrupted load resumes at the next start.
"""

import asyncio
import os
from collections.abc import Sequence

from admitone.catalogue.usecases.deps import Deps as CatalogueDeps
from admitone.demo.keys import load_api_key, load_console_link, save_api_key, save_console_link
from admitone.demo.sample import DEMO_ORGANIZATION, Json, Sample, import_part, open_sample
from admitone.embedded.heartbeat import Beat, beat_regularly
from admitone.embedded.loading_state import SampleState, read_sample_state, save_sample_state
from admitone.kit.redis import open_redis
from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.one_time_links import create_demo_link
from admitone.organizers.usecases.organizations import find_organization
from admitone.runtime.bundled_facts import SAMPLE_FOLDER
from admitone.runtime.migrations import count_jobs
from admitone.runtime.settings import Settings
from admitone.runtime.wiring import Wiring, open_wiring

_NICENESS = 10
_ASK_SECONDS = 0.05


def run_loader(settings: Settings, limit: int | None, beat: Beat) -> None:
    """Load the missing part of the sample (at most `limit` events) and make the console's link, then return."""
    asyncio.run(_run(settings, limit, beat))


async def _run(settings: Settings, limit: int | None, beat: Beat) -> None:
    beating = asyncio.create_task(beat_regularly(beat))
    try:
        state = read_sample_state(settings.data_folder)
        # A data folder of an earlier release has a key and no state: its sample is complete.
        is_loaded = load_api_key(settings.data_folder) is not None and (state is None or state.is_complete)
        async with open_redis(settings.redis_url) as redis, open_wiring(settings, redis) as wiring:
            if is_loaded:
                await _make_console_link(settings, wiring.organizers)
                return
            await _load(settings, wiring, state.limit if state else limit, state.events if state else 0)
    finally:
        beating.cancel()


async def _load(settings: Settings, wiring: Wiring, limit: int | None, done: int) -> None:
    sample = await open_sample(wiring.catalogue, wiring.organizers, folder=SAMPLE_FOLDER, events=limit)
    if done < sample.first:
        await _import(settings, wiring.catalogue, sample, sample.events[: sample.first], 0, limit)
        done = sample.first
    save_sample_state(settings.data_folder, SampleState(done, len(sample.events), limit))
    if load_api_key(settings.data_folder) is None:
        await _wait_until_indexed(settings)
        created = await create_api_key(
            wiring.organizers, organization_id=sample.organization_id, role=Role.OWNER, label="demo"
        )
        save_api_key(settings.data_folder, created.key)
    await _make_console_link(settings, wiring.organizers)
    if done < len(sample.events):
        os.nice(_NICENESS)
        await _import(settings, wiring.catalogue, sample, sample.events[done:], done, limit)
        await _wait_until_indexed(settings)
    total = len(sample.events)
    save_sample_state(settings.data_folder, SampleState(total, total, limit, is_complete=True))


async def _make_console_link(settings: Settings, organizers: OrganizersDeps) -> None:
    """Make the link that this start prints; a host that replaces another keeps the first one's."""
    organization_id = await find_organization(organizers, name=DEMO_ORGANIZATION)
    if organization_id is not None and load_console_link(settings.data_folder) is None:
        token = await create_demo_link(organizers, organization_id=organization_id)
        save_console_link(settings.data_folder, token)


async def _import(
    settings: Settings,
    catalogue: CatalogueDeps,
    sample: Sample,
    events: Sequence[Json],
    before: int,
    limit: int | None,
) -> None:
    def record(done: int) -> None:
        save_sample_state(settings.data_folder, SampleState(before + done, len(sample.events), limit))

    await import_part(catalogue, sample, events, record)


async def _wait_until_indexed(settings: Settings) -> None:
    while True:
        if not await asyncio.to_thread(count_jobs, settings.database_url, "search.index_events"):
            return
        await asyncio.sleep(_ASK_SECONDS)
