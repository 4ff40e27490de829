"""What booking refuses of returns and of the waiting list."""

from collections.abc import Sequence
from typing import ClassVar

from admitone.kit.refusal import Kind, Refusal


class WaitingListClosed(Refusal):
    """The organizer has no waiting list for this event."""

    code = "waiting-list-closed"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("There is no waiting list for this event.")


class TicketsAvailable(Refusal):
    """There is nothing to wait for: tickets like that are for sale."""

    code = "tickets-available"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("Tickets like that are for sale now: there is nothing to wait for.")


class AlreadyWaiting(Refusal):
    """One person has one place on the list of an event."""

    code = "already-waiting"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This email address is on the waiting list already. Its own link shows its place.")


class TooManyEntries(Refusal):
    """Very many entries of one network wait for this event."""

    code = "too-many-entries"
    kind = Kind.TOO_MANY
    RETRY_SECONDS = 3600

    def __init__(self) -> None:
        super().__init__(
            "Very many people of this network are on the waiting list. Try again later, or from another network.",
            retry_after_seconds=self.RETRY_SECONDS,
        )


class WaitingDrawNotFound(Refusal):
    """The order of this event's waiting list is not drawn."""

    code = "waiting-draw-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("The waiting list of this event has no draw.")


class WaitingEntryNotFound(Refusal):
    """Also for a wrong token, so that a guess reveals nothing."""

    code = "waiting-entry-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such place on the waiting list, or the link does not belong to it.")


class ReturnNotPossible(Refusal):
    """`reason`: off | too-late | box-office | not-bought | not-captured | event-cancelled | disputed; of a ticket that
    would be offered also reserved-seat | below-minimum."""

    code = "return-not-possible"
    kind = Kind.CONFLICT

    _DETAILS: ClassVar[dict[str, str]] = {
        "off": "The organizer takes no tickets back.",
        "too-late": "The time to return tickets is over.",
        "box-office": "Tickets that were bought at the box office are returned there.",
        "not-bought": "Only tickets that are paid for can be returned.",
        "not-captured": "The payment is being captured. Try again in a moment.",
        "event-cancelled": "The event is cancelled: its tickets are refunded, not returned.",
        "disputed": "The payment is in dispute with the bank. Its tickets cannot be returned until that is decided.",
        "reserved-seat": "Wheelchair places and companion seats are not offered to people who wait. Ask the organizer.",
        "below-minimum": "The ticket costs less than the smallest amount we can charge: it cannot be sold by itself.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self._DETAILS[reason], reason=reason)


class TicketsNotReturnable(Refusal):
    """`ticket_ids`: tickets that admitted a person, or that another person has by now."""

    code = "tickets-not-returnable"
    kind = Kind.CONFLICT

    def __init__(self, ticket_ids: list[str]) -> None:
        super().__init__("A ticket that was used or passed on cannot be returned.", ticket_ids=ticket_ids)


class TooManyOffers(Refusal):
    """`ticket_ids`: tickets that were offered and taken back very often within a day; each time, mails are sent."""

    code = "too-many-offers"
    kind = Kind.TOO_MANY

    def __init__(self, ticket_ids: Sequence[str], *, offers_max: int, retry_after_seconds: int) -> None:
        super().__init__(
            f"A ticket can be offered {offers_max} times a day. Try again later.",
            ticket_ids=list(ticket_ids),
            retry_after_seconds=retry_after_seconds,
        )


class TicketsNotOnOffer(Refusal):
    """`ticket_ids`: tickets that are not offered, or not any more: another person has bought them, for example."""

    code = "tickets-not-on-offer"
    kind = Kind.CONFLICT

    def __init__(self, ticket_ids: Sequence[str]) -> None:
        super().__init__("A ticket that is not on offer cannot be taken back.", ticket_ids=list(ticket_ids))
