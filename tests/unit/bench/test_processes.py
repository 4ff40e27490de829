"""What a benchmark counts as the CPU of a program."""

import subprocess
import sys

from bench.processes import cpu_seconds_of_all

CHILD = "import time\nwhile time.process_time() < 0.3: pass"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {CHILD!r}])
print("ended", flush=True)
input()
"""


def test_the_cpu_of_a_child_that_has_ended_counts() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ended\n"

        used = cpu_seconds_of_all(parent.pid)

        parent.stdin.close()
    # The kernel counts in ticks of 10 ms.
    assert used >= 0.28
