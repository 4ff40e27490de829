"""Refusals of undoing and scheduling changes of seats."""

from admitone.kit.refusal import Kind, Refusal

SCHEDULED_MAX = 50
"""Changes that may be scheduled for one event at a time."""


class SeatChangeNotFound(Refusal):
    code = "seat-change-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such change of seats. The last 100 of an event are kept.")


class SeatChangeUndone(Refusal):
    code = "seat-change-undone"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This change was undone already.")


class PriceChanged(Refusal):
    code = "price-changed"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("The price of this level was changed since. Look at it again before you change it.")


class ScheduledChangeNotFound(Refusal):
    code = "scheduled-change-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such scheduled change of seats.")


class ScheduledChangeEnded(Refusal):
    code = "scheduled-change-ended"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This change was made or cancelled already.")


class TooManyScheduled(Refusal):
    code = "too-many-scheduled-changes"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__(f"At most {SCHEDULED_MAX} changes can be scheduled for one event. Cancel one of them first.")
