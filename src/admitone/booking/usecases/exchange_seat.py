"""The organizer moves a sold ticket to another seat: one transaction frees the old place and sells the new one."""

import structlog
from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, BookingChange, BookingsChanged
from admitone.booking.domain.box_office import check_sellable
from admitone.booking.domain.exchange import exchanged_ticket, is_same_price, place_in_words
from admitone.booking.domain.exchange_refusals import BookingNotExchangeable, SeatNotFree, TicketNotExchangeable
from admitone.booking.domain.refusals import BookingNotFound, UnknownTickets
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.sale_plan import ticket_id as ticket_id_of
from admitone.booking.store import exchanges as store
from admitone.booking.store.bookings import read_booking
from admitone.booking.store.hold_backs import delete_holds
from admitone.booking.store.inventory import read_inventory
from admitone.booking.usecases.checkout.ending import OFFER_JOB
from admitone.booking.usecases.made_refunds import read_own_booking
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.loading import is_current, read_issued_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB, publish_seat_states
from admitone.booking.usecases.refunds import BOUGHT
from admitone.kit.crash_points import crash_point
from admitone.kit.ids import derived_id
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Busy, IdempotencyKeyReused
from admitone.organizers.contracts import Identity

log = structlog.get_logger(__name__)

# Terms may change between reading the plan and moving the ticket.
ATTEMPTS_MAX = 5
SEATS_MAX = 2_000
"""Seats in one list: sections of a stadium are listed one by one."""


class ExchangeRequest(Struct, frozen=True):
    ticket_id: str
    seat_id: str


class ExchangeSeats(Struct, frozen=True):
    """`seats`: where the ticket can go, at today's prices, in index order. `is_cut`: there are more than these.

    `sections`: id → name of every section that has such seats.
    """

    ticket: BookedTicket
    currency: str
    seats: tuple[BookedTicket, ...]
    is_cut: bool
    sections: dict[str, str]


class _Moved(Struct, frozen=True):
    """`indexes`: the places that changed; none where the exchange was made before."""

    booking: Booking
    indexes: tuple[int, ...]


async def exchange_seat(
    deps: OrganizerDeps, *, identity: Identity, booking_id: str, request: ExchangeRequest, request_key: str | None
) -> Booking:
    """Return the booking after it. The same `request_key` again is the same exchange.

    Raises `BookingNotFound` (also another organization's), `UnknownTickets`, `UnknownSeat`, `BookingNotExchangeable`,
    `TicketNotExchangeable`, `SeatNotFree`, `PriceDiffers`, `EventCancelled`, `SaleNotOpen` (the event is over),
    `IdempotencyKeyReused`, `Busy`.
    """
    booking = await read_own_booking(deps, identity.organization_id, booking_id)
    exchange_id = derived_id("exc", booking_id, request_key)
    for _ in range(ATTEMPTS_MAX):
        plan = await read_issued_plan(deps.booking, event_id=booking.event_id)
        moved = await _move(deps, plan, identity, booking_id, request, exchange_id)
        if moved is not None:
            crash_point("booking.exchanged")
            await _show(deps, moved)
            return moved.booking
    raise Busy("The event changed every time. Try again.")


async def list_exchange_seats(
    deps: OrganizerDeps, *, organization_id: str, booking_id: str, ticket_id: str, section_id: str | None
) -> ExchangeSeats:
    """Return the seats that the ticket can move to now; none is held. `section_id` None: of all sections.

    Raises `BookingNotFound`, `UnknownTickets`, `UnknownSection`, `BookingNotExchangeable`.
    """
    booking = await read_own_booking(deps, organization_id, booking_id)
    if booking.status not in BOUGHT:
        raise BookingNotExchangeable("not-bought")
    ticket = _ticket(booking, ticket_id)
    plan = await read_issued_plan(deps.booking, event_id=booking.event_id)
    plan.check_filter(section_id, None)
    had = {ticket.index for ticket in booking.tickets}
    async with deps.booking.pool.connection() as conn:
        free = await store.list_exchangeable(conn, booking.event_id)
    seats: list[BookedTicket] = []
    sections: dict[str, str] = {}
    for index in free:
        if index in had or plan.level_of_seat(index) is None:
            continue
        seat = plan.seat_ticket(index)
        if is_same_price(ticket, seat):
            sections[seat.section_id] = seat.section
            if section_id in (None, seat.section_id):
                seats.append(seat)
    return ExchangeSeats(ticket, booking.currency, tuple(seats[:SEATS_MAX]), len(seats) > SEATS_MAX, sections)


async def _move(
    deps: OrganizerDeps,
    plan: SalePlan,
    identity: Identity,
    booking_id: str,
    request: ExchangeRequest,
    exchange_id: str,
) -> _Moved | None:
    """Return what moved; None where the terms have changed since the plan was read."""
    event_id, organization_id = plan.terms.event_id, identity.organization_id
    async with deps.booking.pool.connection() as conn, conn.transaction():
        # Locked: no cancellation, new terms or new inventory commits meanwhile, and exchanges wait for each other.
        sale = await read_inventory(conn, event_id, lock=True)
        assert sale is not None, "a sale that has a plan is never deleted"
        before = await read_booking(conn, booking_id)
        assert before is not None, "bookings are not deleted"
        if (known := await store.read_exchange(conn, exchange_id)) is not None:
            return _repeated(before.booking, plan, known, request)
        if not is_current(sale, plan):
            return None
        check_sellable(plan.terms, deps.booking.now())
        new_index = plan.seat_indexes([request.seat_id])[0]
        if plan.level_of_seat(new_index) is None:
            raise SeatNotFree(request.seat_id, "not-for-sale")
        old = _ticket(before.booking, request.ticket_id)
        # Tickets before places, as scans, transfers and returns lock them.
        await _check_unused(deps, conn, before.booking, old)
        await deps.carry_name(conn, booking_id, old.ticket_id, ticket_id_of(event_id, new_index))
        states = await store.lock_places(conn, event_id, (old.index, new_index))
        locked = await store.lock_booking(conn, booking_id, organization_id=organization_id)
        if locked is None:
            raise BookingNotFound
        stored, moment, is_disputed = locked
        old = _ticket(stored.booking, request.ticket_id)
        new = exchanged_ticket(old, plan.seat_ticket(new_index), exchanged_at=moment)
        exchange = store.Exchange(
            exchange_id,
            booking_id,
            event_id,
            old.index,
            new_index,
            place_in_words(old),
            place_in_words(new),
            identity.actor_id,
            identity.actor_name,
            moment,
        )
        tickets = tuple(new if ticket.index == old.index else ticket for ticket in stored.booking.tickets)
        moved = await store.exchange_place(conn, exchange, tickets, organization_id=organization_id)
        if moved is None:
            raise _reason(stored.booking, request, states.get(new_index, "b"), new_index, is_disputed=is_disputed)
        await _follow(deps, conn, moved.booking, exchange, is_withheld=moved.is_withheld)
        return _Moved(moved.booking, (old.index, new_index))


async def _check_unused(deps: OrganizerDeps, conn: Connection, booking: Booking, ticket: BookedTicket) -> None:
    if ticket.ticket_id in await deps.list_unreturnable(conn, [booking], True):
        raise TicketNotExchangeable(ticket.ticket_id)


async def _follow(
    deps: OrganizerDeps, conn: Connection, booking: Booking, exchange: store.Exchange, *, is_withheld: bool
) -> None:
    """Write what follows from the exchange in its transaction: the map, the waiting list, the mail."""
    indexes = [exchange.from_index, exchange.to_index]
    await delete_holds(conn, booking.event_id, [exchange.to_index])
    await deps.booking.defer(conn, SHOW_PLACES_JOB, event_id=booking.event_id, indexes=indexes)
    if is_withheld:
        await deps.booking.defer(conn, OFFER_JOB, event_id=booking.event_id)
    version = len(await store.list_exchanges(conn, booking.id))
    await deps.booking.announce_bookings(conn, BookingsChanged(BookingChange.SEAT_EXCHANGED, (booking,), version))


def _repeated(booking: Booking, plan: SalePlan, known: store.Exchange, request: ExchangeRequest) -> _Moved:
    """Return the booking if this request made the exchange. Raises `IdempotencyKeyReused`."""
    seat = plan.seat_index.index_by_seat_id.get(request.seat_id)
    if (known.to_index, ticket_id_of(known.event_id, known.from_index)) != (seat, request.ticket_id):
        raise IdempotencyKeyReused
    return _Moved(booking, ())


async def _show(deps: OrganizerDeps, moved: _Moved) -> None:
    if not moved.indexes:
        return
    try:
        await publish_seat_states(deps.booking, event_id=moved.booking.event_id, indexes=moved.indexes)
    except Busy as error:  # it is done; the job shows it when Redis answers again
        log.warning("exchange not shown yet", booking_id=moved.booking.id, error=str(error.__cause__))


def _reason(
    booking: Booking, request: ExchangeRequest, state: str, index: int, *, is_disputed: bool
) -> BookingNotExchangeable | SeatNotFree | UnknownTickets:
    """Return why the places did not move."""
    if booking.status not in BOUGHT:
        return BookingNotExchangeable("not-bought")
    if is_disputed:
        return BookingNotExchangeable("disputed")
    if state not in ("a", "k"):
        return SeatNotFree(request.seat_id, "taken")
    if any(ticket.index == index for ticket in booking.tickets):
        return SeatNotFree(request.seat_id, "refunded-before")
    return UnknownTickets([request.ticket_id])


def _ticket(booking: Booking, ticket_id: str) -> BookedTicket:
    for ticket in booking.tickets:
        if ticket.ticket_id == ticket_id and not ticket.refunded:
            return ticket
    raise UnknownTickets([ticket_id])
