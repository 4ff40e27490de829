"""One set of seat rules: Lua, Python, the simulator and JavaScript agree with the specification on every vector."""

from collections.abc import Sequence
from random import Random

import pytest
from redis.asyncio import Redis

from tests.vectors.case import Case
from tests.vectors.implementations import (
    find_orphans_with_lua,
    find_orphans_with_simulator,
    judge_with_javascript,
    judge_with_python,
)
from tests.vectors.make_seat_rules import BRANCHES, format_file, make_vectors, random_cases
from tests.vectors.seat_rules import FILE, load_vectors

VECTORS = load_vectors()
RANDOM_ROWS = 500


def cases() -> dict[str, Case]:
    """Return the vectors by name, then random rows; the seed in the name draws the row again."""
    named = {vector.name: Case(vector.seats, vector.choice, vector.expected) for vector in VECTORS}
    drawn = {f"random row {seed}": next(random_cases(Random(seed), 1)) for seed in range(RANDOM_ROWS)}
    return named | drawn


CASES = cases()


def differences(expected: Sequence[object], actual: Sequence[object]) -> dict[str, tuple[object, object]]:
    """Return name of the case → expected result, and the implementation's result."""
    return {
        name: (wanted, found) for name, wanted, found in zip(CASES, expected, actual, strict=True) if wanted != found
    }


def test_the_file_equals_the_generators_output() -> None:
    """After a change of the rules or the branches: `python -m tests.vectors.make_seat_rules`."""
    assert FILE.read_text("utf-8") == format_file(make_vectors())


@pytest.mark.parametrize("name", BRANCHES)
def test_a_vector_is_on_its_branch(name: str) -> None:
    vector = next(vector for vector in VECTORS if vector.name == name)
    description, condition = BRANCHES[name]

    assert vector.description == description
    assert condition(CASES[name])


def test_python_keeps_the_rules() -> None:
    expected = [case.verdict for case in CASES.values()]

    assert differences(expected, judge_with_python(list(CASES.values()))) == {}


def test_javascript_keeps_the_rules() -> None:
    expected = [case.verdict for case in CASES.values()]

    assert differences(expected, judge_with_javascript(list(CASES.values()))) == {}


async def test_the_simulator_keeps_the_rules() -> None:
    expected = [case.verdict.orphans for case in CASES.values()]

    assert differences(expected, await find_orphans_with_simulator(list(CASES.values()))) == {}


async def test_lua_keeps_the_rules(redis: Redis) -> None:
    expected = [case.verdict.orphans for case in CASES.values()]

    assert differences(expected, await find_orphans_with_lua(redis, list(CASES.values()))) == {}
