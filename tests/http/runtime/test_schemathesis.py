"""Send requests generated from the document, valid and invalid, alone and along its links (read, change and remove the
objects that a request created): no server error, and every answer matches the document.

The live stream is left out: it has no end. `st run` with `--phases coverage` goes deeper and takes minutes.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import Stack, make_owner_key

pytestmark = pytest.mark.xdist_group("stack")

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = "6"
SECONDS_MAX = 900  # about 40 on an idle machine


@pytest.mark.parametrize("who", ["an owner", "a stranger"])
def test_requests_that_the_document_allows_and_forbids(stack: Stack, who: str, tmp_path: Path) -> None:
    # An organization of its own: among the requests is one that revokes the key.
    key = asyncio.run(make_owner_key(stack.database_url, f"Theatre of {tmp_path.name}"))
    known = ["--header", f"Authorization: Bearer {key}"] if who == "an owner" else []
    # Without a key nothing is created, so no link can be followed.
    phases = "examples,fuzzing,stateful" if known else "examples,fuzzing"
    command = [
        str(Path(sys.executable).with_name("st")),
        *("run", f"{stack.address}/schema/openapi.json", "--url", stack.address),
        *("--phases", phases, "--checks", CHECKS, "--exclude-path-regex", "/live$"),
        *("--max-examples", EXAMPLES, "--seed", "20", "--no-shrink", "--continue-on-failure"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        *known,
    ]

    run = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "NO_COLOR": "1"}, capture_output=True, text=True, timeout=SECONDS_MAX
    )

    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-1000:]
    for role in ("catalogue", "search", "booking"):
        assert '"event": "defect"' not in stack.log(role), stack.log(role)[-3000:]
