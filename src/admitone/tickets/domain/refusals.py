"""Refusals of the tickets slice."""

from admitone.catalogue.contracts import EventNotFound as EventNotFound
from admitone.kit.refusal import Kind, Refusal


class TicketNotFound(Refusal):
    """No such ticket, or not the caller's: the answer does not say which."""

    code = "ticket-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such ticket, or the link to it is not valid.")


class TicketTransferred(Refusal):
    code = "ticket-transferred"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("This ticket was transferred: its code is no longer valid.")


class TooManyTickets(Refusal):
    code = "too-many-tickets-to-print"
    kind = Kind.CONFLICT

    def __init__(self, tickets: int, tickets_max: int) -> None:
        super().__init__(
            f"This booking has {tickets} tickets, and one document has at most {tickets_max}. Print the tickets one by "
            "one."
        )


class TransferNotAllowed(Refusal):
    code = "transfer-not-allowed"
    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            "This link shows the ticket; it does not give the right to transfer it. Send the booking token, or the "
            "transfer token that came with the ticket, as Authorization: Bearer."
        )


class TicketUsed(Refusal):
    code = "ticket-used"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("This ticket has already been used for entry: it cannot be changed or transferred.")


class TransfersClosed(Refusal):
    """`reason`: off | ended | event-cancelled."""

    code = "transfers-closed"
    kind = Kind.CONFLICT

    def __init__(self, reason: str) -> None:
        details = {
            "off": "The organizer does not allow tickets of this event to be transferred.",
            "ended": "The time for transfers of this event has passed.",
            "event-cancelled": "The event is cancelled: its tickets are not valid.",
        }
        super().__init__(details[reason], reason=reason)


class NamesClosed(Refusal):
    """`reason`: off | ended | event-cancelled."""

    code = "names-closed"
    kind = Kind.CONFLICT

    def __init__(self, reason: str) -> None:
        details = {
            "off": "The organizer does not ask for names on tickets of this event.",
            "ended": "The event has started: the names on its tickets stay as they are.",
            "event-cancelled": "The event is cancelled: its tickets are not valid.",
        }
        super().__init__(details[reason], reason=reason)


class TransferNotFound(Refusal):
    code = "transfer-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such transfer, or the link to it is not valid.")


class TransferOver(Refusal):
    """`state`: accepted | undone | lapsed."""

    code = "transfer-over"
    kind = Kind.GONE

    def __init__(self, state: str) -> None:
        details = {
            "accepted": "These tickets were accepted before: the link works once.",
            "undone": "The person who offered these tickets has taken the offer back.",
            "lapsed": "The offer was not accepted in time.",
        }
        super().__init__(details[state], state=state)


class TicketOffered(Refusal):
    code = "ticket-offered"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("One of these tickets is offered to a friend already: undo that offer first.")


class TicketRefunded(Refusal):
    code = "ticket-refunded"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("One of these tickets was refunded to the person who bought it: it is no longer valid.")
