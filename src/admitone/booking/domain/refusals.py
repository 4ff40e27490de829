"""Refusals of booking. Each is named for the fact; members tell the buyer what to do next."""

from datetime import datetime
from typing import ClassVar

from admitone.catalogue.contracts import EventNotFound as EventNotFound
from admitone.kit.money import Money, decimal_text
from admitone.kit.refusal import Kind, Refusal


class EventCancelled(Refusal):
    code = "event-cancelled"
    kind = Kind.GONE

    def __init__(self, event_id: str, detail: str = "This event is cancelled: its tickets are no longer sold.") -> None:
        super().__init__(detail, event_id=event_id)


class SaleNotOpen(Refusal):
    """Before the sale (`opens_at` says when it opens, `timezone` is the venue's) or after it (`closed_at`)."""

    code = "sale-not-open"
    kind = Kind.FORBIDDEN

    def __init__(
        self, *, opens_at: datetime | None = None, closed_at: datetime | None = None, timezone: str | None = None
    ) -> None:
        if opens_at is not None:
            super().__init__("The sale has not opened yet.", opens_at=opens_at, timezone=timezone)
        else:
            super().__init__("The sale has ended.", opens_at=None, closed_at=closed_at)


class ExportTooLarge(Refusal):
    """A document would have `rows`, more than `rows_max`."""

    code = "export-too-large"
    kind = Kind.UNPROCESSABLE

    def __init__(self, detail: str, *, rows: int, rows_max: int) -> None:
        super().__init__(detail, rows=rows, rows_max=rows_max)


class SeatsTaken(Refusal):
    """`conflicts`: ids of the wanted seats that are not available; `alternatives`: the nearest free choice of that
    size."""

    code = "seats-taken"
    kind = Kind.CONFLICT

    def __init__(self, *, conflicts: list[str], alternatives: list[str], alternative_tickets: list[object]) -> None:
        seats = "seat is" if len(conflicts) == 1 else "seats are"
        super().__init__(
            f"{len(conflicts)} {seats} no longer available. Nothing was held.",
            conflicts=conflicts,
            alternatives=alternatives,
            alternative_tickets=alternative_tickets,
        )


class NotEnoughTickets(Refusal):
    code = "not-enough-tickets"
    kind = Kind.CONFLICT

    def __init__(self, detail: str, *, available: int, section_id: str | None = None) -> None:
        super().__init__(detail, available=available, section_id=section_id)


class TicketLimitExceeded(Refusal):
    code = "ticket-limit-exceeded"
    kind = Kind.UNPROCESSABLE

    def __init__(self, limit: int) -> None:
        super().__init__(f"One buyer can have at most {limit} tickets for this event.", ticket_limit=limit)


class PassInUse(Refusal):
    """One pass permits one purchase: tickets are held with it already."""

    code = "pass-in-use"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("Tickets are held with this pass already. Pay for them, or release them to choose others.")


class TooManyHolds(Refusal):
    """The client's address block holds very many unpaid tickets: further holds are delayed."""

    code = "too-many-holds"
    kind = Kind.TOO_MANY

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(
            f"This network holds very many unpaid tickets. You can hold more in {retry_after_seconds} seconds.",
            retry_after_seconds=retry_after_seconds,
        )


class TooManyAttempts(Refusal):
    """Payments were declined, or codes were wrong, too often. A hold stays live until its own end."""

    code = "too-many-attempts"
    kind = Kind.TOO_MANY

    def __init__(self, retry_after_seconds: int) -> None:
        seconds = max(1, retry_after_seconds)
        super().__init__(
            f"There were too many attempts. The next one is possible in {seconds} seconds; held tickets stay held.",
            retry_after_seconds=seconds,
        )


class OrphanSeat(Refusal):
    """`seats`: ids of the seats that this choice would leave single."""

    code = "orphan-seat"
    kind = Kind.UNPROCESSABLE

    def __init__(self, seats: list[str]) -> None:
        super().__init__("This choice would leave a single seat. Take it too, or move along the row.", seats=seats)


class CompanionSeat(Refusal):
    """`seats`: ids of companion seats that were named without their wheelchair place; `wheelchair_places`: ids of their
    places that are free; `alternatives`: the nearest free choice of that size on general sale."""

    code = "companion-seat"
    kind = Kind.UNPROCESSABLE

    def __init__(
        self,
        *,
        seats: list[str],
        wheelchair_places: list[str],
        alternatives: list[str],
        alternative_tickets: list[object],
    ) -> None:
        so = "Take that place too, or" if wheelchair_places else "That place is not free:"
        super().__init__(
            f"A companion seat is sold together with the wheelchair place beside it. {so} choose another seat.",
            seats=seats,
            wheelchair_places=wheelchair_places,
            alternatives=alternatives,
            alternative_tickets=alternative_tickets,
        )


class UnknownSeat(Refusal):
    code = "unknown-seat"
    kind = Kind.UNPROCESSABLE

    def __init__(self, seats: list[str]) -> None:
        super().__init__("The event has no such seat.", seats=seats)


class UnknownSection(Refusal):
    code = "unknown-section"
    kind = Kind.UNPROCESSABLE

    def __init__(self, section_id: str) -> None:
        super().__init__("The event has no such section.", section_id=section_id)


class UnknownPriceLevel(Refusal):
    code = "unknown-price-level"
    kind = Kind.UNPROCESSABLE

    def __init__(self, price_level_id: str) -> None:
        super().__init__("The event has no such price level.", price_level_id=price_level_id)


class InvalidPromoCode(Refusal):
    """`reason`: unknown | not-started | ended | used-up | not-now (the payment has begun) |
    other-address (it is for one person, and that is not the buyer) |
    resale (other buyers sell the tickets) | below-minimum (the rest is less than the processor charges)."""

    code = "invalid-promo-code"
    kind = Kind.UNPROCESSABLE

    _DETAILS: ClassVar[dict[str, str]] = {
        "unknown": "This promo code is not valid for this event.",
        "not-started": "This promo code is not valid yet.",
        "ended": "This promo code is no longer valid.",
        "used-up": "This promo code has reached its limit of uses.",
        "other-address": "This promo code is for another email address than the buyer's.",
        "not-now": "The payment has begun: the price of this booking can no longer change.",
        "resale": "Another buyer offers these tickets at the price that buyer paid: promo codes do not change it.",
        "below-minimum": (
            "This code brings the total below the smallest amount we can charge. Take more tickets, or pay without it."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self._DETAILS[reason], reason=reason)


class TotalBelowMinimum(Refusal):
    """The order is not free, and costs less than the payment processor charges (`minimum`)."""

    code = "total-below-minimum"
    kind = Kind.UNPROCESSABLE

    def __init__(self, *, total: Money, minimum: Money) -> None:
        super().__init__(
            f"This order costs {decimal_text(total)} {total.currency}; the smallest possible charge is"
            f" {decimal_text(minimum)} {minimum.currency}. Take more tickets.",
            total=total,
            minimum=minimum,
        )


class PromoCodeNotFound(Refusal):
    code = "promo-code-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such promo code.")


class PromoCodeExists(Refusal):
    code = "promo-code-exists"
    kind = Kind.CONFLICT

    def __init__(self, promo_code_id: str | None) -> None:
        super().__init__("Your organization already has this promo code.", promo_code_id=promo_code_id)


class HasSales(Refusal):
    code = "has-sales"
    kind = Kind.CONFLICT

    def __init__(self, detail: str) -> None:
        super().__init__(detail)


class NothingChosen(Refusal):
    code = "nothing-chosen"
    kind = Kind.UNPROCESSABLE

    def __init__(self, detail: str = "Choose at least one ticket: seats, best_available or general_admission.") -> None:
        super().__init__(detail)


class BookingNotFound(Refusal):
    """Also for a wrong token, so that a guess reveals nothing."""

    code = "booking-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such booking, or the token does not belong to it.")


class TicketNotFound(Refusal):
    code = "ticket-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("There is no such ticket.")


class HoldExpired(Refusal):
    code = "hold-expired"
    kind = Kind.GONE

    def __init__(
        self, detail: str = "The time to pay is over and the seats are back on sale. Nothing was charged."
    ) -> None:
        super().__init__(detail)


class BookingReleased(Refusal):
    code = "booking-released"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("The seats of this booking were released.")


class BookingAlreadyPaid(Refusal):
    """Too late to release: the payment has begun, or the tickets are bought."""

    code = "booking-not-releasable"
    kind = Kind.CONFLICT

    def __init__(self, status: str) -> None:
        super().__init__("The payment has begun: this booking can no longer be released.", booking_status=status)


class BookingNotRefundable(Refusal):
    """It was never bought, or it (or one of these tickets) was refunded already."""

    code = "booking-not-refundable"
    kind = Kind.CONFLICT

    def __init__(self, status: str) -> None:
        super().__init__("This booking has nothing left to refund.", booking_status=status)


class RefundNotFound(Refusal):
    """The booking has no such refund."""

    code = "refund-not-found"
    kind = Kind.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("This booking has no such refund.")


class RefundNotRetryable(Refusal):
    """Only a refund that was refused or came back is tried again, and not one that was made at the provider."""

    code = "refund-not-retryable"
    kind = Kind.CONFLICT

    def __init__(self, status: str) -> None:
        super().__init__("This refund is not one that failed here.", refund_status=status)


class EventNotCancelled(Refusal):
    """Only a cancelled event is refunded to all buyers."""

    code = "event-not-cancelled"
    kind = Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__("Cancel the event first, then refund all bookings.")


class UnknownTickets(Refusal):
    """`ticket_ids`: tickets that the booking does not have, or no longer has, or that are named twice."""

    code = "unknown-tickets"
    kind = Kind.UNPROCESSABLE

    def __init__(self, ticket_ids: list[str]) -> None:
        super().__init__("The booking has no such tickets, or they were refunded.", ticket_ids=ticket_ids[:100])


class RefundNeedsTickets(Refusal):
    code = "refund-needs-tickets"
    kind = Kind.UNPROCESSABLE

    def __init__(self) -> None:
        super().__init__("A full refund voids the tickets too: leave `amount` out, or name the tickets.")


class PaymentMethodMissing(Refusal):
    code = "payment-method-missing"
    kind = Kind.UNPROCESSABLE

    def __init__(self) -> None:
        super().__init__("Say how to pay: payment.payment_method is required by this payment provider.")


class PaymentDeclined(Refusal):
    """The hold stays live until `expires_at`: the buyer may try another card."""

    code = "payment-declined"
    kind = Kind.UNPAID

    def __init__(self, *, decline_code: str, message: str, expires_at: datetime) -> None:
        super().__init__(message, decline_code=decline_code, expires_at=expires_at)


class AuthenticationRequired(Refusal):
    code = "authentication-required"
    kind = Kind.UNPAID

    def __init__(self, *, next_action: object, expires_at: datetime) -> None:
        super().__init__(
            "The bank asks for one more step before it approves the payment.",
            next_action=next_action,
            expires_at=expires_at,
        )


class SaleLost(Refusal):
    """Paid too late: the seats were gone. The authorization is voided, and nothing is charged."""

    code = "sale-lost"
    kind = Kind.GONE

    def __init__(self) -> None:
        super().__init__("The seats could not be kept. The payment is cancelled and nothing is charged.")


class TooManyNotes(Refusal):
    code = "too-many-notes"
    kind = Kind.CONFLICT

    def __init__(self, notes_max: int) -> None:
        super().__init__(f"This booking has {notes_max} notes: no more can be added.", notes_max=notes_max)
