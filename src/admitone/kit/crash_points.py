"""Places where a process may die, by name, so that tests can make it die exactly there.

`crash_point("payments.authorized")` does nothing, unless `ADMITONE_TESTING=1` and `ADMITONE_CRASH_AT` names it:
then the process ends at once, as after kill -9 (no clean-up, no flush, exit code 137).
"""

import os

EXIT_CODE = 137

# Read once: on a path that runs thousands of times a second, and no running process changes it.
_NAME = os.environ.get("ADMITONE_CRASH_AT") if os.environ.get("ADMITONE_TESTING") == "1" else None


def crash_point(name: str) -> None:
    """Die here, if this is the point that was asked for."""
    if name == _NAME:
        os._exit(EXIT_CODE)
