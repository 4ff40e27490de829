"""Refusals of an exchange of seats."""

from admitone.kit.refusal import Kind, Refusal


class BookingNotExchangeable(Refusal):
    """`reason`: not-bought (or refunded), disputed."""

    code = "booking-not-exchangeable"
    kind = Kind.CONFLICT

    def __init__(self, reason: str) -> None:
        words = {
            "not-bought": "This booking has no valid tickets.",
            "disputed": "The buyer's bank disputes the payment of this booking: its seats stay as they are.",
        }
        super().__init__(words[reason], reason=reason)


class TicketNotExchangeable(Refusal):
    """The ticket admitted a person, or another person has it by now."""

    code = "ticket-not-exchangeable"
    kind = Kind.CONFLICT

    def __init__(self, ticket_id: str) -> None:
        super().__init__("A ticket that was used or passed on stays at its seat.", ticket_id=ticket_id)


class SeatNotFree(Refusal):
    """`reason`: taken, not-for-sale, refunded-before (this booking had the seat, and it was refunded)."""

    code = "seat-not-free"
    kind = Kind.CONFLICT

    def __init__(self, seat_id: str, reason: str) -> None:
        words = {
            "taken": "This seat is not free any more. Choose another seat.",
            "not-for-sale": "This seat is not for sale. Choose another seat.",
            "refunded-before": "This booking had this seat before, and it was refunded. Choose another seat.",
        }
        super().__init__(words[reason], seat_id=seat_id, reason=reason)


class PriceDiffers(Refusal):
    """The new seat costs more or less than the ticket: refund it and sell the seat instead."""

    code = "price-differs"
    kind = Kind.UNPROCESSABLE

    def __init__(self, *, paid_level: str, level: str) -> None:
        super().__init__(
            f"This seat costs {level}, and the ticket was sold as {paid_level}. Choose a seat at the same price, or "
            "refund the ticket and sell the other seat.",
            paid_price_level=paid_level,
            price_level=level,
        )
