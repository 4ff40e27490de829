"""There is no index: see that there will be one, and tell the caller to come back."""

from collections.abc import Awaitable, Callable
from time import monotonic

from admitone.kit.refusal import Busy
from admitone.search.usecases.deps import Deps

_RETRY_AFTER_SECONDS = 2


async def report_absence(deps: Deps) -> Busy:
    """Ask for a rebuild and return the refusal to raise."""
    if deps.request_rebuild is not None:
        await deps.request_rebuild()
    return Busy("The search index is being built. Try again shortly.", retry_after_seconds=_RETRY_AFTER_SECONDS)


def ask_seldom(
    ask: Callable[[], Awaitable[None]], *, seconds: float = _RETRY_AFTER_SECONDS
) -> Callable[[], Awaitable[None]]:
    """Return `ask` for `Deps.request_rebuild`, so that a thousand searches that find nothing ask once."""
    last = float("-inf")

    async def ask_once_a_while() -> None:
        nonlocal last
        if monotonic() - last >= seconds:
            last = monotonic()
            await ask()

    return ask_once_a_while
