"""Whole sales on virtual time, one after another from one seed: every kind of fault happens, and no invariant breaks.

A failing episode prints its seed; `ADMITONE_SIMULATION_SEED=<seed>` replays it and shows its last messages.
`ADMITONE_SIMULATION_STEPS` plays longer (a step is one callback of the event loop).
"""

import os
from collections import Counter

import pytest

from tests.races.simulation.episode import Episode
from tests.races.simulation.network import CRASH_POINTS

STEPS_MIN = int(os.environ.get("ADMITONE_SIMULATION_STEPS", "2000000"))
SHARES = 2
EPISODES_MAX = 1_000_000
REPLAYED = os.environ.get("ADMITONE_SIMULATION_SEED")


def play(seed: int) -> Episode:
    episode = Episode(seed)
    try:
        episode.run()
    except Exception as error:  # noqa: BLE001 - any failure must report its seed
        last = "\n".join(f"{at:9.4f} {who:12} {what}" for at, who, what in list(episode.network.trace)[-60:])
        pytest.fail(f"{error}\nseed {seed}; replay: ADMITONE_SIMULATION_SEED={seed} ./run test {__file__}\n{last}")
    return episode


@pytest.mark.skipif(REPLAYED is None, reason="runs only to replay a seed")
def test_the_seed_from_the_environment() -> None:
    assert REPLAYED is not None
    play(int(REPLAYED))


@pytest.mark.skipif(REPLAYED is not None, reason="only a given seed is replayed")
@pytest.mark.parametrize("share", range(SHARES))
def test_no_invariant_breaks_in_a_million_steps(share: int) -> None:
    steps = messages = sold = 0
    crashed_at: Counter[str] = Counter()
    for number in range(EPISODES_MAX):
        episode = play(share + SHARES * number)
        steps += episode.loop.steps
        messages += episode.network.messages
        sold += len(episode.told.confirmed)
        crashed_at += episode.network.crashed_at
        if steps >= STEPS_MIN / SHARES:
            break

    print(f"{number + 1} episodes, {steps} steps, {messages} messages, {sold} bookings, {crashed_at.total()} crashes")
    assert sold > number, "the episodes sell something"
    assert len(crashed_at) >= len(CRASH_POINTS) // 2, f"only killed at {sorted(crashed_at)}"


def test_a_seed_always_plays_the_same_episode() -> None:
    first, again = play(7), play(7)

    assert (first.network.digest, first.loop.steps) == (again.network.digest, again.loop.steps)
    assert first.network.messages > 100
