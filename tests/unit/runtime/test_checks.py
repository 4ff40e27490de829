"""Doctor's checks inside a process end in bounded time, one run at a time."""

import threading
from collections.abc import Iterator

import pytest

from admitone.runtime.doctor import Finding
from admitone.runtime.system.checks import Checks

FIRST, SECOND = Finding("PostgreSQL", True, "version 16"), Finding("mail", True, "mail.internal")


async def test_a_check_that_hangs_leaves_what_was_found_before_and_one_thread() -> None:
    goes_on, runs = threading.Event(), []

    def examine() -> Iterator[Finding]:
        runs.append(threading.current_thread())
        yield FIRST
        goes_on.wait()
        yield SECOND

    checks, patient = Checks(examine, seconds_max=0.05), 60.0
    slow = [await checks.run(), await checks.run()]
    goes_on.set()
    checks._seconds_max = patient
    ended = await checks.run()

    assert slow == [([FIRST], False)] * 2
    assert (ended, len(runs)) == (([FIRST, SECOND], True), 1)


async def test_a_defect_of_a_check_is_no_empty_list() -> None:
    def examine() -> Iterator[Finding]:
        yield FIRST
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Checks(examine).run()
