"""The box office sells places directly: one transaction sells them and enters the money into the ledger."""

from datetime import datetime
from functools import partial

import structlog
from msgspec import Struct, structs

from admitone.booking.contracts import (
    BookedTicket,
    Booking,
    BookingChange,
    BookingsChanged,
    BookingStatus,
    BoxOfficePayment,
)
from admitone.booking.domain.box_office import check_sellable, price_at_box_office
from admitone.booking.domain.choice import BestAvailable, Choice, choose_seats
from admitone.booking.domain.inventory import FREE, HELD_BACK
from admitone.booking.domain.pricing import price_order
from admitone.booking.domain.refusals import NotEnoughTickets, NothingChosen
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.sale.selling import as_confirmed, sale_money
from admitone.booking.store import box_office as store
from admitone.booking.store.bookings import read_booking_by_key
from admitone.booking.store.hold_backs import delete_holds
from admitone.booking.store.inventory import read_inventory
from admitone.booking.usecases.checkout.choosing import pick_seats, seats_taken
from admitone.booking.usecases.organizer_deps import OrganizerDeps
from admitone.booking.usecases.projection.loading import is_current, load_inventory
from admitone.booking.usecases.projection.sale_plan import check_own_event, read_sale_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB, publish_seat_states
from admitone.booking.usecases.read_bookings import find_by_idempotency_key
from admitone.kit.crash_points import crash_point
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Busy
from admitone.organizers.contracts import Identity

log = structlog.get_logger(__name__)

# Terms may change, and buyers may take picked places, between reading the plan and selling.
ATTEMPTS_MAX = 5
TICKETS_MAX = 1000


class BoxOfficeArea(Struct, frozen=True):
    """`quantity` places of a general-admission section. `held_back_first`: those held back before those for sale."""

    section_id: str
    quantity: int
    held_back_first: bool = False


class BoxOfficeOrder(Struct, frozen=True):
    """The sold places, the buyer (walk-up customers have no name), and the payment. The digests are the request's."""

    event_id: str
    payment: BoxOfficePayment
    idempotency_key: bytes
    request_hash: bytes
    seats: tuple[str, ...] = ()
    areas: tuple[BoxOfficeArea, ...] = ()
    waive_fees: bool = False
    buyer_email: str | None = None
    buyer_name: str | None = None


class _Short(Struct, frozen=True):
    """A section has fewer places than requested."""

    area_id: str
    available: int


async def sell_at_box_office(deps: OrganizerDeps, *, identity: Identity, order: BoxOfficeOrder) -> Booking:
    """Sell places that are for sale or held back, all or nothing; a live hold of a buyer wins. Return the confirmed
    booking.

    A repeated key returns its booking. Buyers' ticket limits, the waiting room, and the rules of orphans and companion
    seats do not apply. Raises `EventNotFound` (also another organization's), `EventCancelled`, `SaleNotOpen` (the event
    is over), `NothingChosen`, `UnknownSeat`, `UnknownSection`, `SeatsTaken`, `NotEnoughTickets`,
    `IdempotencyKeyReused`, `Busy`.
    """
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, identity.organization_id, order.event_id)
        existing = await find_by_idempotency_key(
            partial(read_booking_by_key, conn), key=order.idempotency_key, request_hash=order.request_hash
        )
    if existing is not None:  # sold, regardless of later changes of the event
        return existing
    for _ in range(ATTEMPTS_MAX):
        plan = await _plan(deps, order.event_id)
        choice = _choice(plan, order)
        unpriced = tuple(index for index in choice.seats if plan.level_of_seat(index) is None)
        if unpriced:
            raise await seats_taken(deps.booking, plan, choice, unpriced)
        made = await _sell(deps, plan, choice, order, identity.actor_id)
        match made:
            case Booking():
                crash_point("booking.sold_at_box_office")
                await _show(deps, made)
                return made
            case _Short(area_id, available):
                name = plan.areas[area_id].name
                raise NotEnoughTickets(
                    f"{name} has {available} places that can be sold.", available=available, section_id=area_id
                )
            case tuple() if not set(made).isdisjoint(choice.seats):
                taken = tuple(index for index in made if index in choice.seats)
                raise await seats_taken(deps.booking, plan, choice, taken)
    raise Busy("Others were faster every time. Try again.")


async def suggest_seats(
    deps: OrganizerDeps, *, organization_id: str, event_id: str, best: BestAvailable
) -> list[BookedTicket]:
    """Return the best available seats at today's prices, and hold none of them: the box office sells them by name.

    Raises `EventNotFound` (also another organization's), `EventCancelled`, `SaleNotOpen` (the event is over),
    `UnknownSection`, `UnknownPriceLevel`, `NotEnoughTickets`, `Busy`.
    """
    async with deps.booking.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
    plan = await _plan(deps, event_id)
    plan.check_filter(best.section_id, best.price_level_id)
    picked = await pick_seats(deps.booking, plan, Choice(seats=(), best=best, areas=()))
    return [plan.seat_ticket(index) for index in picked]


async def _plan(deps: OrganizerDeps, event_id: str) -> SalePlan:
    """Return the sale plan, with the event's tickets issued."""
    plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
    check_sellable(plan.terms, deps.booking.now())
    if plan.issued_digest is None or plan.is_inventory_outdated:
        await load_inventory(deps.booking, event_id=event_id)
        plan = await read_sale_plan(deps.booking, event_id=event_id, fresh=True)
    return plan


def _choice(plan: SalePlan, order: BoxOfficeOrder) -> Choice:
    seats = choose_seats(plan, order.seats)
    areas = tuple((plan.area(area.section_id).id, area.quantity) for area in order.areas)
    if len({area_id for area_id, _ in areas}) != len(areas):
        raise NothingChosen("The same section is named twice.")
    choice = Choice(seats=seats, best=None, areas=areas)
    if not 0 < choice.quantity <= TICKETS_MAX:
        raise NothingChosen(f"Choose 1 to {TICKETS_MAX} tickets: seats or general_admission.")
    return choice


async def _sell(
    deps: OrganizerDeps, plan: SalePlan, choice: Choice, order: BoxOfficeOrder, key_id: str
) -> Booking | _Short | tuple[int, ...]:
    """Return the booking, or why nothing was sold: a section is short, or these places are taken (none: try again)."""
    async with deps.booking.pool.connection() as conn, conn.transaction():
        # Locked: no cancellation, new terms, new inventory or request with the same key commits meanwhile.
        sale = await read_inventory(conn, order.event_id, lock=True)
        assert sale is not None, "a sale that has a plan is never deleted"
        existing = await find_by_idempotency_key(
            partial(read_booking_by_key, conn), key=order.idempotency_key, request_hash=order.request_hash
        )
        if existing is not None:
            return existing
        if not is_current(sale, plan):
            return ()
        tickets = [plan.seat_ticket(index) for index in choice.seats]
        for area in order.areas:
            state = HELD_BACK if area.held_back_first else FREE
            picked = await store.pick_box_office_places(
                conn, order.event_id, area.section_id, first_state=state, quantity=area.quantity
            )
            if len(picked) < area.quantity:
                return _Short(area.section_id, len(picked))
            tickets += [plan.area_ticket(plan.areas[area.section_id], index) for index in picked]
        booking = _booking(deps, plan, order, tickets)
        claim = store.BoxOfficeClaim(booking, key_id, order.idempotency_key, order.request_hash)
        outcome = await store.sell_at_box_office(conn, claim)
        if outcome.confirmed_at is None:
            return outcome.taken
        return await _enter(deps, conn, booking, outcome.confirmed_at)


def _booking(deps: OrganizerDeps, plan: SalePlan, order: BoxOfficeOrder, tickets: list[BookedTicket]) -> Booking:
    terms = plan.terms
    priced, booking_fee = price_at_box_office(
        tickets, terms.booking_fee, payment=order.payment, waive_fees=order.waive_fees
    )
    price = price_order(priced, booking_fee)
    now = deps.booking.now()
    return Booking(
        id=deps.booking.new_id("bkg"),
        event_id=order.event_id,
        organization_id=terms.organization_id,
        status=BookingStatus.IN_PROGRESS,
        tickets=priced,
        subtotal=price.subtotal,
        fees=price.fees,
        total=price.total,
        currency=terms.currency,
        created_at=now,
        expires_at=now,
        buyer_email=order.buyer_email,
        buyer_name=order.buyer_name,
        booking_fee=price.booking_fee,
        box_office_payment=order.payment,
    )


async def _enter(deps: OrganizerDeps, conn: Connection, booking: Booking, confirmed_at: datetime) -> Booking:
    """Write the rest of the sale's transaction: the ledger, and the job that shows the sale on the map."""
    assert booking.box_office_payment is not None, "sold at the box office"
    if booking.total:
        await deps.record_box_office_sale(conn, sale_money(booking), booking.box_office_payment.value)
    await deps.booking.defer(
        conn, SHOW_PLACES_JOB, event_id=booking.event_id, indexes=list(store.sorted_indexes(booking))
    )
    # A place that is returned later is held back for another reason, if at all.
    await delete_holds(conn, booking.event_id, store.sorted_indexes(booking))
    sold = as_confirmed(booking, confirmed_at)
    sold = structs.replace(sold, created_at=confirmed_at, expires_at=confirmed_at)
    await deps.booking.announce_bookings(conn, BookingsChanged(BookingChange.CONFIRMED, (sold,)))
    return sold


async def _show(deps: OrganizerDeps, booking: Booking) -> None:
    try:
        await publish_seat_states(deps.booking, event_id=booking.event_id, indexes=store.sorted_indexes(booking))
    except Busy as error:  # it is sold; the job shows it when Redis answers again
        log.warning("sale not shown yet", booking_id=booking.id, error=str(error.__cause__))
