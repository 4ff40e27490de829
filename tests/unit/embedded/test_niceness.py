"""Servers run with a lower CPU priority."""

import os
import sys
from pathlib import Path

from admitone.embedded.child import Child, Program
from admitone.embedded.privileges import Identity, Way

ENDS_SECONDS_MAX = 180.0


def niceness_of_a_child(log: Path, niceness: int) -> int:
    program = Program(
        name="a child",
        arguments=[sys.executable, "-S", "-c", "import os; print(os.nice(0))"],
        log=log,
        identity=Identity(os.geteuid(), os.getegid(), Way.STAY),
        niceness=niceness,
    )
    assert Child(program).wait(ENDS_SECONDS_MAX) == 0
    return int(log.read_text())


def test_a_child_has_the_niceness_of_its_program(tmp_path: Path) -> None:
    ours = os.nice(0)

    assert niceness_of_a_child(tmp_path / "usual.log", 0) == ours
    assert niceness_of_a_child(tmp_path / "nice.log", 3) == min(ours + 3, 19)
