"""What the tickets slice says no to."""

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
        super().__init__("This ticket has already been used for entry: it cannot be transferred.")
