"""The lists of guards and invariants are correct: each guard is in its file, each named test exists, and the page
equals the list."""

import ast
import re
from functools import cache
from pathlib import Path

from scripts.check_guards import TABLE, read_guards, table

from tests.tidy.tree import ROOT

INVARIANTS = ROOT / "docs" / "invariants.md"
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the names that a test file defines at its top level: functions, classes, and cases of state machines."""
    found: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return frozenset(found)


def exists(file: str, test: str) -> bool:
    path = ROOT / file
    return path.is_file() and (not test or test in names_in(path))


def test_every_guard_is_in_its_file() -> None:
    gone = [guard.name for guard in read_guards() if not guard.stands(ROOT)]

    assert gone == []


def test_every_guard_has_a_test_that_exists() -> None:
    missing = [guard.red for guard in read_guards() if not exists(*(guard.red.partition("[")[0].partition("::")[::2]))]

    assert missing == []


def test_no_two_guards_have_one_name() -> None:
    names = [guard.name for guard in read_guards()]

    assert len(names) == len(set(names))


def test_the_page_of_guards_equals_the_list() -> None:
    assert TABLE.read_text("utf-8") == table(read_guards()), "run scripts/check_guards.py --write-table"


def test_the_tests_that_the_invariants_name_exist() -> None:
    named = _NAMED.findall(INVARIANTS.read_text("utf-8"))

    assert named
    assert [f"{file}::{test}" for file, test in named if not exists(file, test)] == []
