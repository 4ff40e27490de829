"""Named places at which tests can kill a process.

`crash_point("payments.authorized")` does nothing, unless `ADMITONE_TESTING=1` and `ADMITONE_CRASH_AT` names it:
then the process ends at once, as after kill -9 (no clean-up, no flush, exit code 137).
"""

import os

EXIT_CODE = 137

# Read once: the callers run thousands of times a second, and the variable never changes in a running process.
_NAME = os.environ.get("ADMITONE_CRASH_AT") if os.environ.get("ADMITONE_TESTING") == "1" else None


def crash_point(name: str) -> None:
    """Exit if `ADMITONE_CRASH_AT` names this point."""
    if name == _NAME:
        os._exit(EXIT_CODE)
