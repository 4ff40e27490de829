"""From every remembered version, one delta leads to the newest."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from admitone.live.domain.changes import Change, Delta
from admitone.live.domain.recent import Recent
from admitone.live.domain.wire import Encoding, Sent

SEATS, BASE = 6, 100
changes_made = st.lists(st.tuples(st.integers(0, SEATS - 1), st.sampled_from("ahs")), min_size=1, max_size=20)


@given(changes_made, st.integers(1, 5), st.integers(1, 25))
def test_a_client_at_any_version_reaches_the_newest(made: list[tuple[int, str]], at_once: int, remembered: int) -> None:
    changes = [Change(BASE + number, {state: (index,)}, {}) for number, (index, state) in enumerate(made, 1)]
    states = ["a" * SEATS]
    for index, state in made:
        states.append(states[-1][:index] + state + states[-1][index + 1 :])
    recent = Recent(BASE, {}, changes_max=remembered)

    for first in range(0, len(changes), at_once):
        recent.add(changes[first : first + at_once])

    newest = BASE + len(changes)
    assert recent.version == newest
    assert recent.since == max(BASE, newest - remembered)
    for number, before in enumerate(states):
        version = BASE + number
        assert recent.reaches(version) == (version >= recent.since)
        delta = recent.delta_from(version)
        if version >= recent.since:
            assert (before if delta is None else apply(before, delta)) == states[-1]
            assert (delta is None) == (version == newest)


def test_a_future_version_has_no_delta() -> None:
    recent = Recent(BASE, {})

    assert not recent.reaches(BASE + 1)
    assert recent.delta_from(BASE + 1) is None


def apply(states: str, sent: Sent) -> str:
    line = next(line for line in sent.frame(Encoding.PLAIN).split(b"\n") if line.startswith(b"data: "))
    shown = list(states)
    for state, indexes in msgspec.json.decode(line.removeprefix(b"data: "), type=Delta).changes.items():
        for index in indexes:
            shown[index] = state
    return "".join(shown)
