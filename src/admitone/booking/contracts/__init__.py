"""The contract of booking with other slices."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import Enum

from msgspec import Struct

from admitone.kit.postgres import Connection
from admitone.kit.short_codes import ShortCodes


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
    """How a box office booking was paid: there, or not at all (its tickets cost 0)."""

    CASH = "cash"
    CARD_TERMINAL = "card_terminal"
    COMPLIMENTARY = "complimentary"


class BookedTicket(Struct, frozen=True, omit_defaults=True, gc=False):
    """The buyer's view of a ticket, at the prices of its hold (minor units).

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
    """The promo code's reduction of the price; fees are not discounted."""
    refunded: bool = False
    """Refunded: it is void, and its place may belong to another buyer."""
    seat_kind: str | None = None
    """wheelchair_place or companion_seat, if it was sold as one; None: any other."""
    exchanged_at: datetime | None = None
    """When the ticket moved to this place from another one; None: it was sold at this place."""


class Booking(Struct, frozen=True):
    """A buyer's purchase of tickets. Amounts in minor units of `currency`.

    `total` = `subtotal` − `discount` + `fees`; `fees` are the fees of the tickets plus the `booking_fee`.
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
    is_resale: bool = False
    """It holds places that other buyers offer, or did so until it bought them."""
    link_version: int = 0
    """Counts the corrections of its address by its buyer: links of an earlier version open nothing."""


def sold_at(booking: Booking, ticket: BookedTicket) -> datetime | None:
    """Return since when the booking has the ticket's place: codes of the place from before belong to another buyer."""
    return ticket.exchanged_at or booking.confirmed_at


def booking_code(codes: ShortCodes, booking: Booking) -> str:
    """Return the short code of a booking: no two bookings that hold places of one event share it."""
    return codes.code(booking.tickets[0].index, _booking_owner(booking.id))


def is_booking_code_at(codes: ShortCodes, typed: str, booking_id: str, index: int) -> bool:
    """Return whether the code is the booking's while its first ticket has, or had, this place."""
    return codes.is_code(typed, index, _booking_owner(booking_id))


def ticket_code(codes: ShortCodes, booking_id: str, index: int, version: int = 1) -> str:
    """Return the short code of a sold ticket; a transfer gives it another version, and so another code."""
    return codes.code(index, _ticket_owner(booking_id, version))


def is_ticket_code(codes: ShortCodes, typed: str, booking_id: str, index: int, version: int) -> bool:
    return codes.is_code(typed, index, _ticket_owner(booking_id, version))


def _booking_owner(booking_id: str) -> str:
    return f"booking {booking_id}"


def _ticket_owner(booking_id: str, version: int) -> str:
    return f"ticket {booking_id} {version}"


class BookingChange(Enum):
    """Facts about bookings that their buyers must learn.

    `payment_lost`: they paid too late, and got no tickets. `sale_revoked`: their tickets are void, because the money
    could not be taken. `seat_exchanged`: the organizer moved a ticket to another seat.
    """

    CONFIRMED = "confirmed"
    PAYMENT_LOST = "payment_lost"
    SALE_REVOKED = "sale_revoked"
    SEAT_EXCHANGED = "seat_exchanged"


class BookingsChanged(Struct, frozen=True):
    """Fact: this happened to these bookings. Announced in the transaction that changes them."""

    change: BookingChange
    bookings: tuple[Booking, ...]
    version: int = 0
    """Counts the changes of a kind that can happen to one booking several times."""
    is_rush: bool = False
    """A crowd is paying: leave the servers to it, and follow up later what can wait."""


AnnounceBookings = Callable[[Connection, BookingsChanged], Awaitable[None]]
"""Plugged into booking by the role: informs the slices above, in the same transaction, with one statement a batch."""


async def announce_nothing(_conn: Connection, _changed: BookingsChanged) -> None:
    """Announce to no slice: no slice above needs the fact."""


class PersonalCode(Struct, frozen=True, kw_only=True):
    """A promo code for one person, as it is now. Either `percent` or `amount` with its `currency`; `event_id` None:
    every event of the organization; `uses_left` None: without limit."""

    id: str
    organization_id: str
    code: str
    recipient: str
    event_id: str | None
    percent: int | None
    amount: int | None
    currency: str | None
    uses_left: int | None
    starts_at: datetime | None
    ends_at: datetime | None


FindPersonalCode = Callable[[str], Awaitable[PersonalCode | None]]
"""promo_code_id → the code; None if it is deleted, for everybody, or its person was erased."""

AnnouncePersonalCodes = Callable[[Connection, Sequence[str]], Awaitable[None]]
"""Plugged into booking by the role: the ids of promo codes that are mailed to their people, in the same transaction."""

FindBooking = Callable[[str], Awaitable[Booking | None]]
"""booking_id → the booking as it is now, without a check of the caller; None if there is no such booking."""

FindEventBookings = Callable[[str, str, int], Awaitable[list[Booking]]]
"""(event_id, after this booking id, limit) → bought bookings with an address that have tickets left, in id order."""


class BuyerChoice(Struct, frozen=True):
    """Some buyers of an event: those with a ticket of one of these price levels (empty: of any). `admitted`: tickets
    that admitted a person → the booking that had them (None: not recorded); buyers of whom one of the chosen tickets
    did are left out."""

    price_level_ids: tuple[str, ...] = ()
    admitted: Mapping[str, str | None] = {}


CountEventBookings = Callable[[str, BuyerChoice | None], Awaitable[int]]
"""(event_id, choice, None: all) → how many of the bookings that `FindEventBookings` finds."""

FindAddressBookings = Callable[[str], Awaitable[list[Booking]]]
"""Email address → the bookings bought with it, the newest first. The caller has verified who reads the address."""


class StartingEvent(Struct, frozen=True):
    """An event on sale that starts soon; `timezone` is the venue's IANA zone."""

    event_id: str
    starts_at: datetime
    timezone: str


FindStartingEvents = Callable[[datetime, datetime], Awaitable[list[StartingEvent]]]
"""(from, to) → the events whose start is between, and that are neither cancelled nor postponed."""


class TicketLink(Struct, frozen=True):
    """Paths that show a sold ticket: `barcode_url` is an image of the current code, `pdf_url` a document."""

    barcode_url: str
    pdf_url: str

    @property
    def still_url(self) -> str:
        """The printed code: it does not change, so it works on paper and offline."""
        return f"{self.barcode_url}{'&' if '?' in self.barcode_url else '?'}still=true"


TicketLinks = Callable[[str, str], TicketLink]
"""(ticket_id, booking_id) → signed paths, which need no booking token."""

ReadBooking = Callable[[str, str], Awaitable[Booking]]
"""(booking_id, booking_token) → Booking. Raises `BookingNotFound`, for a wrong token too."""

ReadBoughtBooking = Callable[[str], Awaitable[Booking]]
"""booking_id → the booking, which was bought, without a check of the caller. Raises `BookingNotFound`."""

LockSoldPlaces = Callable[[Connection, Collection[tuple[str, int]]], Awaitable[set[tuple[str, int]]]]
"""(connection, places as (booking_id, index)) → those that their bookings have, sold and not in dispute. Until the
caller's transaction ends, no refund and no return takes them."""

ReadSoldTicket = Callable[[str, int], Awaitable[tuple[Booking, BookedTicket]]]
"""(event_id, index) → the confirmed booking that holds the place, and the ticket. Raises `TicketNotFound`."""


class ResoldPlace(Struct, frozen=True):
    """A sold place that was refunded or exchanged before: `booking_id` has it, since `sold_at`."""

    index: int
    booking_id: str
    sold_at: datetime


class AreaCount(Struct, frozen=True):
    capacity: int
    available: int


class NoticeKind(Enum):
    """A change of an event while people look at its seats."""

    PRICE = "price"
    STATUS = "status"
    TIME = "time"
    PAUSED = "paused"
    RESUMED = "resumed"
    SOLD_OUT = "sold_out"


class Notice(Struct, frozen=True):
    """A change of an event for clients with its page open; `revision` is the event's after the change."""

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
"""event_id → snapshot; loads the event into Redis from PostgreSQL if it is missing there. Raises `EventNotOnMap`."""


class Client(Struct, frozen=True):
    """A browser: the id of its client token (None: it has none), and its address."""

    id: str | None
    address: str | None


class BestChoice(Struct, frozen=True):
    """The best available tickets. `wheelchair_places`: how many of the `quantity` are wheelchair places."""

    quantity: int
    section_id: str | None = None
    price_level_id: str | None = None
    wheelchair_places: int = 0


class HoldOrder(Struct, frozen=True):
    """The tickets to hold for a form: seats by id, the best available, and (section id, quantity) of general
    admission."""

    event_id: str
    seats: tuple[str, ...] = ()
    best: BestChoice | None = None
    areas: tuple[tuple[str, int], ...] = ()
    promo_code: str | None = None
    given_pass: str | None = None
    """A pass of the waiting room."""


class Held(Struct, frozen=True):
    """The booking in progress that a form made, now or earlier."""

    booking_id: str
    booking_token: str


class ConfirmOrder(Struct, frozen=True):
    """Pay for a booking. `payment_method` None: the client has confirmed with the processor, or the booking is free."""

    booking_id: str
    booking_token: str
    buyer_email: str
    buyer_name: str
    payment_method: str | None = None
    agreed_terms: str | None = None


HoldTickets = Callable[[HoldOrder, Client, str | None], Awaitable[Held]]
"""(order, the client that limits count, idempotency key of the form) → the hold. The same key, client and order return
the same hold while it is live. Raises the refusals of `POST /booking/checkout`."""

ConfirmBooking = Callable[[ConfirmOrder], Awaitable[Booking | None]]
"""The confirmed booking; None while the payment is processed. Raises the refusals of `POST /booking/confirm`."""

ReleaseBooking = Callable[[str, str], Awaitable[Booking]]
"""(booking_id, booking_token) → the booking, released now or ended before. Raises those of `POST /booking/release`."""

ApplyPromoCode = Callable[[str, str, str | None, Client], Awaitable[Booking]]
"""(booking_id, booking_token, code or None to remove it, client) → the booking. Raises the refusals of
`POST /booking/promo-code`."""


class Admission(Struct, frozen=True):
    """A gate admitted the holder of a ticket."""

    ticket_id: str
    admitted_at: datetime
    gate: str


CountAdmitted = Callable[[Sequence[str]], Awaitable[dict[str, int]]]
"""Event ids → how many tickets of each have admitted a person; an event where none has may be missing."""

ListAdmissions = Callable[[str, Sequence[str]], Awaitable[list[Admission]]]
"""(booking id, its ticket ids) → admissions under this booking, by time."""
