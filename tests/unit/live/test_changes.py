"""Snapshot plus deltas equals a fresh snapshot, whatever the client missed."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from admitone.live.domain.changes import Change, Delta, merge_changes, server_sent_event

SEATS = 8
CAPACITIES = {"floor": 9, "tiers": 4}

seat_changes = st.dictionaries(
    st.integers(0, SEATS - 1), st.sampled_from("ahsb"), max_size=SEATS
)  # one state per seat: a script never changes a seat twice
area_changes = st.dictionaries(st.sampled_from(sorted(CAPACITIES)), st.integers(0, 9), max_size=2)
histories = st.lists(st.tuples(seat_changes, area_changes), max_size=12)


def as_changes(history: list[tuple[dict[int, str], dict[str, int]]]) -> list[Change]:
    changes = []
    for version, (seats, areas) in enumerate(history, start=1):
        by_state: dict[str, tuple[int, ...]] = {}
        for index, state in seats.items():
            by_state[state] = (*by_state.get(state, ()), index)
        changes.append(Change(version, by_state, areas))
    return changes


def apply(states: str, areas: dict[str, int], delta: Delta | None) -> tuple[str, dict[str, int]]:
    """Apply one delta as a browser does."""
    shown = list(states)
    counts = dict(areas)
    if delta is not None:
        for state, indexes in delta.changes.items():
            for index in indexes:
                shown[index] = state
        counts |= {area: count["available"] for area, count in delta.areas.items()}
    return "".join(shown), counts


@given(histories, st.data())
def test_any_split_of_the_changes_into_deltas_has_the_same_result(
    history: list[tuple[dict[int, str], dict[str, int]]], data: st.DataObject
) -> None:
    changes = as_changes(history)
    fresh, counts = "a" * SEATS, {"floor": 9, "tiers": 4}
    for seats, areas in history:
        fresh = "".join(seats.get(index, state) for index, state in enumerate(fresh))
        counts |= areas

    cuts = sorted(data.draw(st.sets(st.integers(0, len(changes)))))
    state = ("a" * SEATS, {"floor": 9, "tiers": 4})
    for start, end in zip([0, *cuts], [*cuts, len(changes)], strict=True):
        state = apply(*state, merge_changes(changes[start:end], CAPACITIES))

    assert state == (fresh, counts)


@given(histories, st.integers(0, 12), st.integers(0, 12))
def test_a_delta_that_begins_before_the_snapshot_does_no_harm(
    history: list[tuple[dict[int, str], dict[str, int]]], snapshot_at: int, delta_from: int
) -> None:
    changes = as_changes(history)
    snapshot_at = min(snapshot_at, len(changes))
    delta_from = min(delta_from, snapshot_at)
    start = ("a" * SEATS, {"floor": 9, "tiers": 4})
    snapshot = apply(*start, merge_changes(changes[:snapshot_at], CAPACITIES))
    fresh = apply(*start, merge_changes(changes, CAPACITIES))

    late = merge_changes(changes[delta_from:], CAPACITIES)

    assert apply(*snapshot, late) == fresh


def test_no_change_is_no_delta() -> None:
    assert merge_changes([], CAPACITIES) is None


def test_a_delta_carries_the_last_version_and_only_the_last_state() -> None:
    delta = merge_changes(
        [
            Change(5, {"h": (3, 1)}, {"floor": 8}),
            Change(6, {"s": (1,), "a": (3,)}, {"floor": 7}),
        ],
        CAPACITIES,
    )

    assert delta == Delta(6, {"s": [1], "a": [3]}, {"floor": {"capacity": 9, "available": 7}})


def test_an_event_is_encoded_as_the_standard_says() -> None:
    event = server_sent_event("delta", 7, Delta(7, {"a": [1]}, {}))

    name, number, data, *rest = event.split(b"\n")
    assert (name, number, rest) == (b"event: delta", b"id: 7", [b"", b""])
    assert msgspec.json.decode(data.removeprefix(b"data: ")) == {"version": 7, "changes": {"a": [1]}, "areas": {}}
