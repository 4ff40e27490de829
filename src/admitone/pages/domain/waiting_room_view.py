"""Choose the waiting room's view before any script runs: one of six."""

from msgspec import Struct

from admitone.waiting_room.contracts import QueueStatus

REFRESH_SECONDS_MIN, REFRESH_SECONDS_MAX = 5, 30


class WaitingRoomView(Struct, frozen=True):
    """`view`: closed, join, draw, waiting, turn or missed. `refresh_seconds`: the reload interval without scripts."""

    view: str
    position: int | None = None
    eta_minutes: int | None = None
    pass_text: str | None = None
    refresh_seconds: int | None = None
    detail: str | None = None


def entry_view(status: QueueStatus) -> WaitingRoomView:
    """Return the view for a visitor without a place."""
    return WaitingRoomView("closed" if status.state == "closed" else "join")


def waiting_view(position: int | None, eta_seconds: int | None) -> WaitingRoomView:
    """Return the view for a place that was not called: `position` is None until the draw."""
    refresh = REFRESH_SECONDS_MAX if eta_seconds is None else eta_seconds // 10
    return WaitingRoomView(
        "draw" if position is None else "waiting",
        position=position,
        eta_minutes=None if eta_seconds is None else max(1, round(eta_seconds / 60)),
        refresh_seconds=max(REFRESH_SECONDS_MIN, min(REFRESH_SECONDS_MAX, refresh)),
    )
