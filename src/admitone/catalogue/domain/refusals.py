"""Refusals of the catalogue."""

from admitone.kit.refusal import Kind, Refusal


class VenueNotFound(Refusal):
    code = "venue-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such venue.")


class PerformerNotFound(Refusal):
    code = "performer-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such performer.")


class SeatMapNotFound(Refusal):
    code = "seat-map-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such seat map.")


class PriceLevelNotFound(Refusal):
    code = "price-level-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such price level.")


class HasSales(Refusal):
    """The change would remove something that sold tickets refer to."""

    code = "has-sales"
    kind = Kind.CONFLICT


class InUse(Refusal):
    """Events refer to it."""

    code = "in-use"
    kind = Kind.CONFLICT


class SeatMapNeverChanges(Refusal):
    code = "seat-map-never-changes"
    kind = Kind.CONFLICT


class EventIsCancelled(Refusal):
    code = "event-cancelled"
    kind = Kind.CONFLICT


class EventNotPublished(Refusal):
    code = "event-not-published"
    kind = Kind.CONFLICT
