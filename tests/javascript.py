"""Run Deno, the JavaScript engine, formatter and linter of the development tools, without a network."""

import os
import subprocess
import sys

from deno import find_deno_bin

from tests.tidy.tree import ROOT

SECONDS_MAX = 300


def run_deno(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `deno ARGUMENTS` in the project's folder; the caller checks the exit status."""
    environment = os.environ | {"DENO_DIR": f"{sys.prefix}/deno", "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"}
    return subprocess.run(
        [find_deno_bin(), *arguments],
        cwd=ROOT,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
    )
