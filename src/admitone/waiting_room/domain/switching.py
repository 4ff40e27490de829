"""A queue of mode `auto` switches on under overload, and off when no one waits and the load stays low."""

from datetime import datetime, timedelta

from msgspec import Struct

ON_AFTER = timedelta(seconds=2)
OFF_AFTER = timedelta(seconds=60)


class Switch(Struct, frozen=True):
    """On since when, and since when it has been overloaded or calm without a break; at most one of these is set."""

    on_since: datetime | None
    overload_since: datetime | None
    calm_since: datetime | None


def turn(switch: Switch, *, is_over: bool, waiting: int, now: datetime) -> Switch:
    """Return the switch at `now`. Two different times to go on and off keep it from flapping."""
    if is_over:
        since = switch.overload_since or now
        on_since = switch.on_since or (now if now - since >= ON_AFTER else None)
        return Switch(on_since, since, None)
    if waiting > 0 or switch.on_since is None:
        return Switch(switch.on_since, None, None)
    since = switch.calm_since or now
    return Switch(None, None, None) if now - since >= OFF_AFTER else Switch(switch.on_since, None, since)
