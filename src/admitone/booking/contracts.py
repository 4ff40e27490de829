"""What other slices may know of booking."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct


class BookingStatus(Enum):
    """in_progress → paying → confirmed → refunded | partially_refunded; in_progress → expired | released."""

    IN_PROGRESS = "in_progress"
    PAYING = "paying"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    RELEASED = "released"
    FAILED = "failed"
    REFUNDED = "refunded"
    PARTIALLY_REFUNDED = "partially_refunded"


class BoxOfficePayment(Enum):
    """How a booking was paid that the organizer sold: at the box office, or not at all (its tickets cost 0)."""

    CASH = "cash"
    CARD_TERMINAL = "card_terminal"
    COMPLIMENTARY = "complimentary"


class BookedTicket(Struct, frozen=True, omit_defaults=True, gc=False):
    """A ticket as its buyer sees it; prices as they were when it was held (minor units).

    `total` = `price` − `discount` + `fees`.
    """

    ticket_id: str
    index: int
    section_id: str
    section: str
    price_level_id: str
    price_level: str
    price: int
    fees: int
    total: int
    row: str | None = None
    seat: str | None = None
    seat_id: str | None = None
    discount: int = 0
    """What a promo code takes off the price; fees are not discounted."""
    refunded: bool = False
    """It was given back: it admits nobody, and its place may be somebody else's."""
    seat_kind: str | None = None
    """wheelchair_place or companion_seat, where it was sold as one; None: any other."""


class Booking(Struct, frozen=True):
    """A buyer's purchase of tickets. Amounts in minor units of `currency`.

    `total` = `subtotal` − `discount` + `fees`; `fees` are those of the tickets and the `booking_fee`.
    """

    id: str
    event_id: str
    organization_id: str
    status: BookingStatus
    tickets: tuple[BookedTicket, ...]
    subtotal: int
    fees: int
    total: int
    currency: str
    created_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None = None
    buyer_email: str | None = None
    buyer_name: str | None = None
    discount: int = 0
    booking_fee: int = 0
    promo_code: str | None = None
    box_office_payment: BoxOfficePayment | None = None
    """None: its buyer bought it online."""


class TicketLink(Struct, frozen=True):
    """Paths that show a sold ticket: `barcode_url` an image of the code of this moment, `pdf_url` a document."""

    barcode_url: str
    pdf_url: str

    @property
    def still_url(self) -> str:
        """The code that is printed: it does not change, so it serves on paper and without a network."""
        return f"{self.barcode_url}{'&' if '?' in self.barcode_url else '?'}still=true"


TicketLinks = Callable[[str, str], TicketLink]
"""(ticket_id, booking_id) → signed paths, which need no booking token."""

ReadBooking = Callable[[str, str], Awaitable[Booking]]
"""(booking_id, booking_token) → Booking. Raises `BookingNotFound`, for a wrong token too."""

ReadSoldTicket = Callable[[str, int], Awaitable[tuple[Booking, BookedTicket]]]
"""(event_id, index) → the confirmed booking that holds the place, and the ticket. Raises `TicketNotFound`."""


class ResoldPlace(Struct, frozen=True):
    """A sold place that was given back before: `booking_id` has it, since `sold_at`."""

    index: int
    booking_id: str
    sold_at: datetime


class AreaCount(Struct, frozen=True):
    capacity: int
    available: int


class NoticeKind(Enum):
    """What happened to an event while people look at its seats."""

    PRICE = "price"
    STATUS = "status"
    TIME = "time"
    PAUSED = "paused"
    RESUMED = "resumed"
    SOLD_OUT = "sold_out"


class Notice(Struct, frozen=True):
    """News of an event for those who have its page open; `revision` is the event's that it speaks of."""

    event_id: str
    kind: NoticeKind
    status: str
    starts_at: str | None
    """RFC 3339 in UTC."""
    revision: int


class SeatSnapshot(Struct, frozen=True):
    """The public body of `GET /events/{id}/seats`: one character a seat in index order."""

    version: int
    states: str
    areas: dict[str, AreaCount]


ReadSnapshot = Callable[[str], Awaitable[SeatSnapshot]]
"""event_id → snapshot; loads the event into Redis from PostgreSQL where it is not. Raises `EventNotOnMap`."""


class Client(Struct, frozen=True):
    """A browser: the id of its client token (None: it has none), and the address that it sends from."""

    id: str | None
    address: str | None


class BestChoice(Struct, frozen=True):
    """The best available tickets. `wheelchair_places`: how many of the `quantity` are wheelchair places."""

    quantity: int
    section_id: str | None = None
    price_level_id: str | None = None
    wheelchair_places: int = 0


class HoldOrder(Struct, frozen=True):
    """What a form holds: seats by id, the best available, and (section id, quantity) of general admission."""

    event_id: str
    seats: tuple[str, ...] = ()
    best: BestChoice | None = None
    areas: tuple[tuple[str, int], ...] = ()
    promo_code: str | None = None
    given_pass: str | None = None
    """A pass of the waiting room."""


class Held(Struct, frozen=True):
    """The booking in progress that a form has made, or had made before."""

    booking_id: str
    booking_token: str


class ConfirmOrder(Struct, frozen=True):
    """Pay for a booking. `payment_method` None: the client has confirmed with the processor, or the booking is free."""

    booking_id: str
    booking_token: str
    buyer_email: str
    buyer_name: str
    payment_method: str | None = None


HoldTickets = Callable[[HoldOrder, Client, str | None], Awaitable[Held]]
"""(order, the client that limits count, idempotency key of the form) → the hold. The same key, client and order return
the hold that they made, as long as it is live. Raises the refusals of `POST /booking/checkout`."""

ConfirmBooking = Callable[[ConfirmOrder], Awaitable[Booking | None]]
"""The confirmed booking; None while the payment is processed. Raises the refusals of `POST /booking/confirm`."""

ReleaseBooking = Callable[[str, str], Awaitable[Booking]]
"""(booking_id, booking_token) → the booking, released now or over before. Raises those of `POST /booking/release`."""

ApplyPromoCode = Callable[[str, str, str | None, Client], Awaitable[Booking]]
"""(booking_id, booking_token, code or None to remove it, client) → the booking. Raises the refusals of
`POST /booking/promo-code`."""


class Admission(Struct, frozen=True):
    """A gate admitted the holder of a ticket."""

    ticket_id: str
    admitted_at: datetime
    gate: str


ListAdmissions = Callable[[str, Sequence[str]], Awaitable[list[Admission]]]
"""(booking id, its ticket ids) → admissions under this booking, by time."""
