"""Run the independent checker of histories: a Go program (`checker/`) around Porcupine, which others wrote."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

SOURCE = Path(__file__).parent / "checker"
BUILD_SECONDS_MAX = 300
JUDGE_SECONDS_MAX = 300
GROUP_SECONDS_MAX = 10
LINEARIZABLE, UNDECIDED = "linearizable", "undecided"
# The installed Go, whatever its version, and the pinned module: nothing else is fetched.
ENVIRONMENT = {"GOFLAGS": "-mod=mod", "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}


@dataclass(frozen=True)
class Checker:
    """The compiled program."""

    program: Path

    def judge(self, history: Path) -> dict[str, Any]:
        """Return the verdict; it is `UNDECIDED` if the time is too short.

        A picture of the part that fails is written beside the history, as HTML.
        """
        picture = history.with_suffix(".html")
        judged = subprocess.run(
            [self.program, "-seconds", str(GROUP_SECONDS_MAX), "-picture", picture, history],
            capture_output=True,
            text=True,
            timeout=JUDGE_SECONDS_MAX,
        )
        assert judged.stdout, judged.stderr  # without a verdict, the history is wrong
        verdict: dict[str, Any] = msgspec.json.decode(judged.stdout)
        return verdict


def build_checker(folder: Path) -> Checker:
    """Compile the checker into `folder`."""
    program = folder / "checker"
    built = subprocess.run(
        ["go", "build", "-o", program, "."],
        cwd=SOURCE,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS_MAX,
    )
    assert built.returncode == 0, built.stderr
    return Checker(program)
