"""What a process loads before it can serve: each role of an installation pays for it at every start."""

import subprocess
import sys

SELDOM_NEEDED = {"dkim", "fontTools", "fpdf", "segno", "stripe", "webauthn", "xlsxwriter"}


def test_a_role_starts_without_the_libraries_that_few_requests_need() -> None:
    program = "import sys, admitone.runtime.serving; print(*{name.partition('.')[0] for name in sys.modules})"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert SELDOM_NEEDED & set(loaded) == set()
