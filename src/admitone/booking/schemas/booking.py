"""Bodies of buyers' requests and responses: checkout, confirm, their booking, refunds."""

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from admitone.booking.contracts import BookedTicket, Booking, TicketLink, TicketLinks, booking_code, ticket_code
from admitone.booking.domain.choice import BestAvailable
from admitone.booking.domain.origin import Origin
from admitone.booking.usecases.made_refunds import MadeRefund, RefundMade
from admitone.booking.usecases.refunds import RefundRequest
from admitone.booking.usecases.start_checkout import CheckoutOrder
from admitone.kit.money import Money
from admitone.kit.refusal import InvalidBody
from admitone.kit.short_codes import ShortCodes
from admitone.kit.text import EMAIL, EMAIL_CHARACTERS_MAX, LABEL, NAME
from admitone.payments.contracts import PaymentTerms

Id = Annotated[str, Meta(min_length=1, max_length=128)]
Email = Annotated[str, Meta(min_length=3, max_length=EMAIL_CHARACTERS_MAX, extra={"rule": EMAIL})]
Name = Annotated[str, Meta(min_length=1, max_length=200, extra={"rule": NAME})]
Quantity = Annotated[int, Meta(ge=1, le=1000)]


class BuyerIn(Struct, forbid_unknown_fields=True):
    email: Email
    name: Name | None = None


class BestAvailableIn(Struct, forbid_unknown_fields=True):
    """`wheelchair_places`: how many of the `quantity` are wheelchair places; the other seats are beside them."""

    quantity: Quantity
    section_id: Id | None = None
    price_level_id: Id | None = None
    together: bool = True
    wheelchair_places: Annotated[int, Meta(ge=0, le=100)] = 0


class GeneralAdmissionIn(Struct, forbid_unknown_fields=True):
    section_id: Id
    quantity: Quantity


class CheckoutIn(Struct, forbid_unknown_fields=True, rename={"pass_": "pass"}):
    """Hold these tickets: seats by id, the best available, general admission, or any combination.

    `buyer` is required. Only the pages of this site omit it: they hold under a signed client token (a cookie), which
    counts as the person until the confirmation names the buyer.
    `prepare_payment` false: this client will confirm with a `payment_method`, and needs no `client_secret`. With Stripe
    that saves a payment which would be created only to be cancelled.
    """

    event_id: Id
    seats: Annotated[list[Id], Meta(max_length=1000)] = []
    best_available: BestAvailableIn | None = None
    general_admission: Annotated[list[GeneralAdmissionIn], Meta(max_length=100)] = []
    buyer: BuyerIn | None = None
    promo_code: Annotated[str, Meta(max_length=100, extra={"rule": LABEL})] | None = None
    pass_: Annotated[str, Meta(max_length=4096)] | None = None
    prepare_payment: bool = True


class PaymentIn(Struct, forbid_unknown_fields=True):
    """A payment method of the processor (`pm_…`)."""

    payment_method: Annotated[str, Meta(min_length=1, max_length=255, extra={"rule": NAME})] | None = None


class ConfirmIn(Struct, forbid_unknown_fields=True):
    booking_id: Id
    booking_token: Annotated[str, Meta(min_length=1, max_length=255)]
    payment: PaymentIn | None = None
    buyer: BuyerIn | None = None
    agreed_terms: Id | None = None
    """The `organizer.terms.id` of the event that the buyer agreed to: it is kept with the booking."""


class PromoCodeIn(Struct, forbid_unknown_fields=True):
    """Apply a code to a held booking whose payment has not begun, or change its code; null removes it."""

    booking_id: Id
    booking_token: Annotated[str, Meta(min_length=1, max_length=255)]
    promo_code: Annotated[str, Meta(min_length=1, max_length=100, extra={"rule": NAME})] | None


class ReleaseIn(Struct, forbid_unknown_fields=True):
    booking_id: Id
    booking_token: Annotated[str, Meta(min_length=1, max_length=255)]


class RefundIn(Struct, forbid_unknown_fields=True):
    """Empty: refund the whole booking. `ticket_ids`: refund and cancel these tickets.

    `amount` alone: refund money only; the tickets stay valid.
    """

    ticket_ids: Annotated[list[Id], Meta(min_length=1, max_length=1000)] | None = None
    amount: Annotated[int, Meta(ge=1, le=2**53)] | None = None
    return_seats: bool = True
    refund_fees: bool = True


class RefundOut(Struct, omit_defaults=True):
    """`status`: pending | succeeded | refused | failed. `made_by`: buyer (a return) | organizer | provider (its own
    dashboard). `method`: how the box office pays it out, if it was paid there: cash, card_terminal. `can_retry`: it did
    not reach the buyer, and can be tried again."""

    refund_id: str
    status: str
    amount: Money
    created_at: datetime
    made_by: str
    reason: str | None = None
    method: str | None = None
    can_retry: bool = False


class RefundMadeOut(Struct, omit_defaults=True):
    """The booking after the refund; `refund` is absent if nothing was paid."""

    booking_id: str
    status: str
    tickets: list["TicketOut"]
    refund: RefundOut | None = None


class EventRefundsOut(Struct):
    """`bookings`: how many bookings the worker now refunds, one after the other."""

    event_id: str
    bookings: int


class RefundsOut(Struct):
    refunds: list[RefundOut]


class TicketOut(Struct, omit_defaults=True):
    """`total` = `price` − `discount` + `fees`. `seat_kind`: wheelchair_place or companion_seat, where it is one.

    `code`: ten letters and digits that people can type, of a bought ticket.
    """

    ticket_id: str
    section_id: str
    section: str
    price_level: str
    price_level_id: str
    price: Money
    fees: Money
    total: Money
    row: str | None = None
    seat: str | None = None
    seat_id: str | None = None
    barcode_url: str | None = None
    pdf_url: str | None = None
    refunded: bool = False
    discount: Money | None = None
    seat_kind: str | None = None
    code: str | None = None


class PaymentOut(Struct, omit_defaults=True):
    provider: str
    client_secret: str | None = None
    publishable_key: str | None = None


class ReceiptOut(Struct, omit_defaults=True):
    """`total` = `subtotal` − `discount` + `fees`; the `booking_fee` is among the `fees`."""

    number: str
    issued_at: datetime
    subtotal: Money
    fees: Money
    total: Money
    discount: Money | None = None
    booking_fee: Money | None = None
    promo_code: str | None = None
    code: str | None = None


class CheckoutOut(Struct, omit_defaults=True):
    """`total` = `subtotal` − `discount` + `fees`; the `booking_fee` is among the `fees`."""

    booking_id: str
    booking_token: str
    status: str
    event_id: str
    created_at: datetime
    expires_at: datetime
    tickets: list[TicketOut]
    subtotal: Money
    fees: Money
    total: Money
    payment: PaymentOut
    discount: Money | None = None
    booking_fee: Money | None = None
    promo_code: str | None = None


class BookingOut(Struct, omit_defaults=True):
    """The current state of a booking; with `code`, `receipt` and the tickets' links once it is confirmed.

    `code`: ten letters and digits that people can type; unique among the bookings that hold places of the event.
    """

    booking_id: str
    status: str
    event_id: str
    created_at: datetime
    expires_at: datetime
    tickets: list[TicketOut]
    subtotal: Money
    fees: Money
    total: Money
    payment: PaymentOut
    confirmed_at: datetime | None = None
    buyer: dict[str, str | None] | None = None
    receipt: ReceiptOut | None = None
    discount: Money | None = None
    booking_fee: Money | None = None
    promo_code: str | None = None
    code: str | None = None


class ProcessingOut(Struct):
    """The payment is with the processor: ask again after `Retry-After` seconds."""

    booking_id: str
    status: Literal["payment_processing"] = "payment_processing"


def checkout_order(
    data: CheckoutIn,
    *,
    origin: Origin,
    idempotency_key: bytes | None = None,
    request_hash: bytes | None = None,
    attempt_id: str | None = None,
) -> CheckoutOrder:
    """Return the order of a checkout body. Raises `InvalidBody` if neither a buyer nor a client is known."""
    if data.buyer is None and origin.client is None:
        raise InvalidBody([("/buyer", "This field is required.")])
    best = data.best_available
    return CheckoutOrder(
        event_id=data.event_id,
        seats=tuple(data.seats),
        best=None
        if best is None
        else BestAvailable(best.quantity, best.section_id, best.price_level_id, best.together, best.wheelchair_places),
        areas=tuple((area.section_id, area.quantity) for area in data.general_admission),
        buyer_email=data.buyer.email if data.buyer else None,
        buyer_name=data.buyer.name if data.buyer else None,
        promo_code=data.promo_code,
        given_pass=data.pass_,
        idempotency_key=idempotency_key,
        request_hash=request_hash,
        attempt_id=attempt_id,
        origin=origin if data.buyer is None else Origin(None, origin.block),
    )


def checkout_out(booking: Booking, token: str, payment: PaymentTerms) -> CheckoutOut:
    return CheckoutOut(
        booking_id=booking.id,
        booking_token=token,
        status=booking.status.value,
        event_id=booking.event_id,
        created_at=booking.created_at,
        expires_at=booking.expires_at,
        tickets=[ticket_out(ticket, booking.currency) for ticket in booking.tickets],
        subtotal=Money(booking.subtotal, booking.currency),
        fees=Money(booking.fees, booking.currency),
        total=Money(booking.total, booking.currency),
        payment=payment_out(booking, payment),
        **_extras(booking),
    )


def booking_out(booking: Booking, payment: PaymentTerms, links: TicketLinks, codes: ShortCodes) -> BookingOut:
    """`links` and `codes` are used once the booking is confirmed."""
    is_bought = booking.confirmed_at is not None
    code = booking_code(codes, booking) if is_bought else None
    money = {
        "subtotal": Money(booking.subtotal, booking.currency),
        "fees": Money(booking.fees, booking.currency),
        "total": Money(booking.total, booking.currency),
        **_extras(booking),
    }
    return BookingOut(
        booking_id=booking.id,
        status=booking.status.value,
        event_id=booking.event_id,
        created_at=booking.created_at,
        expires_at=booking.expires_at,
        tickets=[
            ticket_out(
                ticket,
                booking.currency,
                links(ticket.ticket_id, booking.id) if is_bought and not ticket.refunded else None,
                ticket_code(codes, booking.id, ticket.index) if is_bought else None,
            )
            for ticket in booking.tickets
        ],
        payment=payment_out(booking, payment),
        confirmed_at=booking.confirmed_at,
        buyer={"email": booking.buyer_email, "name": booking.buyer_name} if booking.buyer_email else None,
        receipt=ReceiptOut(booking.id, booking.confirmed_at, code=code, **money) if booking.confirmed_at else None,
        code=code,
        **money,
    )


def _extras(booking: Booking) -> dict[str, Any]:
    """Return the members that few bookings have."""
    extras: dict[str, Any] = {}
    if booking.promo_code is not None:
        extras["promo_code"] = booking.promo_code
        extras["discount"] = Money(booking.discount, booking.currency)
    if booking.booking_fee:
        extras["booking_fee"] = Money(booking.booking_fee, booking.currency)
    return extras


def payment_out(booking: Booking, payment: PaymentTerms) -> PaymentOut:
    if booking.total == 0:
        return PaymentOut("free")
    if booking.box_office_payment is not None:
        return PaymentOut("counter")
    return PaymentOut(payment.provider, payment.client_secret, payment.publishable_key)


def ticket_out(
    ticket: BookedTicket, currency: str, link: TicketLink | None = None, code: str | None = None
) -> TicketOut:
    return TicketOut(
        ticket_id=ticket.ticket_id,
        section_id=ticket.section_id,
        section=ticket.section,
        price_level=ticket.price_level,
        price_level_id=ticket.price_level_id,
        price=Money(ticket.price, currency),
        fees=Money(ticket.fees, currency),
        total=Money(ticket.total, currency),
        row=ticket.row,
        seat=ticket.seat,
        seat_id=ticket.seat_id,
        barcode_url=None if link is None else link.barcode_url,
        pdf_url=None if link is None else link.pdf_url,
        refunded=ticket.refunded,
        discount=Money(ticket.discount, currency) if ticket.discount else None,
        seat_kind=ticket.seat_kind,
        code=code,
    )


def refund_request(data: RefundIn) -> RefundRequest:
    return RefundRequest(
        ticket_ids=None if data.ticket_ids is None else tuple(data.ticket_ids),
        amount=data.amount,
        return_seats=data.return_seats,
        refund_fees=data.refund_fees,
    )


def refund_out(refund: MadeRefund) -> RefundOut:
    return RefundOut(
        refund.id,
        refund.status,
        Money(refund.amount, refund.currency),
        refund.created_at,
        refund.made_by,
        refund.reason,
        refund.method,
        refund.can_retry,
    )


def refund_made_out(made: RefundMade) -> RefundMadeOut:
    booking = made.booking
    return RefundMadeOut(
        booking.id,
        booking.status.value,
        [ticket_out(ticket, booking.currency) for ticket in booking.tickets],
        None if made.refund is None else refund_out(made.refund),
    )
