"""What the waiting room's page shows before any script runs: one view of six."""

from msgspec import Struct

from admitone.waiting_room.contracts import QueueStatus

REFRESH_SECONDS_MIN, REFRESH_SECONDS_MAX = 5, 30


class WaitingRoomView(Struct, frozen=True):
    """`view`: closed, join, draw, waiting, turn or missed. `refresh_seconds`: when a page without scripts looks
    again."""

    view: str
    position: int | None = None
    eta_minutes: int | None = None
    pass_text: str | None = None
    refresh_seconds: int | None = None
    detail: str | None = None


def entry_view(status: QueueStatus) -> WaitingRoomView:
    """For whoever has no place yet."""
    return WaitingRoomView("closed" if status.state == "closed" else "join")


def waiting_view(position: int | None, eta_seconds: int | None) -> WaitingRoomView:
    """For whoever has a place that was not called: `position` is None until the draw."""
    refresh = REFRESH_SECONDS_MAX if eta_seconds is None else eta_seconds // 10
    return WaitingRoomView(
        "draw" if position is None else "waiting",
        position=position,
        eta_minutes=None if eta_seconds is None else max(1, round(eta_seconds / 60)),
        refresh_seconds=max(REFRESH_SECONDS_MIN, min(REFRESH_SECONDS_MAX, refresh)),
    )
