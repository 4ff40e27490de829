"""Checkout: lock the tickets in Redis, claim them in PostgreSQL, and return the booking in progress."""

from msgspec import Struct

from admitone.booking.contracts import BookedTicket, Booking, BookingStatus
from admitone.booking.domain.attempt_limits import guess_keys
from admitone.booking.domain.buyer import normal_form
from admitone.booking.domain.choice import BestAvailable, Choice, choose
from admitone.booking.domain.origin import NO_ORIGIN, Origin, stored_key
from admitone.booking.domain.pricing import apply_discount, check_charge, price_order
from admitone.booking.domain.promo import PromoCode, promo_terms
from admitone.booking.domain.refusals import PassInUse, TicketLimitExceeded, TooManyHolds
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.store.claims import Claim, ClaimOutcome
from admitone.booking.usecases.checkout.choosing import HeldByEarlierTry, lock_choice, seats_taken
from admitone.booking.usecases.checkout.promo_use import end_lapsed_uses, find_promo
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.loading import load_inventory
from admitone.booking.usecases.projection.sale_plan import read_sale_plan
from admitone.booking.usecases.read_bookings import find_by_idempotency_key
from admitone.kit.crash_points import crash_point
from admitone.kit.refusal import Busy, IdempotencyKeyReused, Kind, Refusal
from admitone.waiting_room.contracts import WaitingRoomPassRequired

# Terms may change, and Redis may be stale, between lock and claim; each further try reads fresh terms.
ATTEMPTS_MAX = 3


class CheckoutOrder(Struct, frozen=True):
    """A buyer's order. `idempotency_key` and `request_hash` are digests, both or none.

    Without `buyer_email`, `origin.client` is the person that limits count until the buyer is named.
    """

    event_id: str
    seats: tuple[str, ...] = ()
    best: BestAvailable | None = None
    areas: tuple[tuple[str, int], ...] = ()
    buyer_email: str | None = None
    buyer_name: str | None = None
    promo_code: str | None = None
    given_pass: str | None = None
    idempotency_key: bytes | None = None
    request_hash: bytes | None = None
    attempt_id: str | None = None
    """The same for a retry under the key after a crash, so that the retry owns the locks of the first try."""
    origin: Origin = NO_ORIGIN


async def start_checkout(deps: Deps, *, order: CheckoutOrder) -> Booking:
    """Hold all of the requested tickets, or none, and return the booking in progress.

    The same idempotency key returns the booking that it made. Raises `SeatsTaken`, `NotEnoughTickets`, `OrphanSeat`,
    `CompanionSeat`, `TicketLimitExceeded`, `PassInUse`, `TooManyHolds`, `TooManyAttempts` (of promo codes),
    `IdempotencyKeyReused`, `Busy`, and others of `domain.refusals`.
    """
    try:
        return await _hold(deps, order)
    except Refusal as refusal:
        # The first try may have taken the seats of this retry: PostgreSQL has its booking.
        if order.idempotency_key is None or refusal.kind is Kind.BUSY:
            raise
        existing = await _find_by_idempotency_key(deps, order)
        if existing is None:
            raise
        return existing


async def _hold(deps: Deps, order: CheckoutOrder) -> Booking:
    for attempt in range(ATTEMPTS_MAX):
        plan = await read_sale_plan(deps, event_id=order.event_id, fresh=attempt > 0)
        if plan.is_inventory_outdated:
            await load_inventory(deps, event_id=order.event_id)
            plan = await read_sale_plan(deps, event_id=order.event_id, fresh=True)
        plan.check_open(deps.now())
        choice = _choice(plan, order)
        promo = None if order.promo_code is None else await _find_promo(deps, plan, order)
        booking_id = f"bkg_{order.attempt_id}" if order.attempt_id else deps.new_id("bkg")
        pass_ref = None
        if plan.terms.waiting_room.mode != "off":
            pass_ref = await deps.enter_sale(order.event_id, order.given_pass, booking_id)
        try:
            tickets = await lock_choice(deps, plan=plan, booking_id=booking_id, choice=choice)
        except HeldByEarlierTry:
            existing = None if order.idempotency_key is None else await _find_by_idempotency_key(deps, order)
            if existing is not None:
                return existing
            # The process of the first try died between lock and claim: free its places for this one.
            await deps.locks.release(order.event_id, booking_id, is_claimed=False)
            continue
        crash_point("booking.locked")
        claim = _claim(deps, plan, order, booking_id, tickets, promo, pass_ref)
        try:
            _check_charge(deps, claim)
            outcome = await deps.sale.claims.submit(claim)
        except Exception:
            # No buyer will pay under this id: free its places at once. A claim that committed unseen holds them in
            # PostgreSQL until it lapses.
            await deps.locks.release(order.event_id, booking_id, is_claimed=False)
            raise
        if outcome.won:
            crash_point("booking.claimed")
            return _booking(claim, outcome)
        if outcome.existing_id is not None:
            return await _existing_booking(deps, order, booking_id)
        await deps.locks.release(order.event_id, booking_id, is_claimed=False)
        if promo is not None and outcome.promo_fault is not None:
            existing = None if order.idempotency_key is None else await _find_by_idempotency_key(deps, order)
            if existing is not None:
                return existing
            if outcome.promo_fault == "used-up":
                await end_lapsed_uses(deps, promo=promo)
        _check_limits(plan, order, outcome)
        if outcome.still_open and outcome.promo_fault is None:
            await _resolve_disagreement(deps, plan, choice, tickets, last=attempt == ATTEMPTS_MAX - 1)
    raise Busy


def _choice(plan: SalePlan, order: CheckoutOrder) -> Choice:
    choice = choose(plan, seats=order.seats, best=order.best, areas=order.areas)
    if choice.quantity > plan.terms.ticket_limit:
        raise TicketLimitExceeded(plan.terms.ticket_limit)
    return choice


async def _find_promo(deps: Deps, plan: SalePlan, order: CheckoutOrder) -> PromoCode:
    assert order.promo_code is not None, "called only with a code"
    origin = order.origin
    keys = guess_keys(
        buyer=stored_key(deps.token_keys, f"buyer of {order.event_id}", _buyer_key(order)),
        client=stored_key(deps.token_keys, "client", origin.client),
        block=stored_key(deps.token_keys, "block", origin.block),
    )
    return await find_promo(deps, plan=plan, code=order.promo_code, guesses=keys, buyer_key=_buyer_key(order))


def _check_limits(plan: SalePlan, order: CheckoutOrder, outcome: ClaimOutcome) -> None:
    match outcome.pass_fault:
        case "in-use":
            raise PassInUse
        case "spent":
            raise WaitingRoomPassRequired(order.event_id, "This pass has bought its tickets.")
    if not outcome.within_limit:
        raise TicketLimitExceeded(plan.terms.ticket_limit)
    if outcome.block_wait_seconds:
        raise TooManyHolds(outcome.block_wait_seconds)


def _claim(
    deps: Deps,
    plan: SalePlan,
    order: CheckoutOrder,
    booking_id: str,
    tickets: tuple[BookedTicket, ...],
    promo: PromoCode | None,
    pass_ref: str | None,
) -> Claim:
    if promo is not None:
        tickets = apply_discount(tickets, promo.discount, plan.terms.currency)
    return Claim(
        booking_id=booking_id,
        event_id=order.event_id,
        organization_id=plan.terms.organization_id,
        revision=plan.terms.revision,
        tickets=tickets,
        currency=plan.terms.currency,
        ticket_limit=plan.terms.ticket_limit,
        hold_seconds=plan.terms.hold_seconds,
        buyer_key=_buyer_key(order),
        buyer_email=order.buyer_email,
        buyer_name=order.buyer_name,
        idempotency_key=order.idempotency_key,
        request_hash=order.request_hash,
        booking_fee=plan.terms.booking_fee,
        promo=None if promo is None else promo_terms(promo),
        client_key=stored_key(deps.token_keys, "client", order.origin.client),
        block_key=stored_key(deps.token_keys, "block", order.origin.block),
        pass_ref=pass_ref,
    )


def _check_charge(deps: Deps, claim: Claim) -> None:
    if deps.smallest_charge is not None:
        price, smallest = price_order(claim.tickets, claim.booking_fee), deps.smallest_charge(claim.currency)
        check_charge(price, claim.currency, smallest=smallest, has_promo=claim.promo is not None)


def _buyer_key(order: CheckoutOrder) -> str | None:
    return normal_form(order.buyer_email) if order.buyer_email else None


def _booking(claim: Claim, outcome: ClaimOutcome) -> Booking:
    assert outcome.created_at is not None, "a claim that won has its times"
    assert outcome.expires_at is not None, "a claim that won has its times"
    price = price_order(claim.tickets, claim.booking_fee)
    return Booking(
        id=claim.booking_id,
        event_id=claim.event_id,
        organization_id=claim.organization_id,
        status=BookingStatus.IN_PROGRESS,
        tickets=claim.tickets,
        subtotal=price.subtotal,
        fees=price.fees,
        total=price.total,
        currency=claim.currency,
        created_at=outcome.created_at,
        expires_at=outcome.expires_at,
        buyer_email=claim.buyer_email,
        buyer_name=claim.buyer_name,
        discount=price.discount,
        booking_fee=price.booking_fee,
        promo_code=None if claim.promo is None else claim.promo.code,
    )


async def _existing_booking(deps: Deps, order: CheckoutOrder, booking_id: str) -> Booking:
    existing = await _find_by_idempotency_key(deps, order)
    if existing is None:
        raise IdempotencyKeyReused
    if existing.id != booking_id or existing.status is not BookingStatus.IN_PROGRESS:
        await deps.locks.release(order.event_id, booking_id, is_claimed=False)
    return existing


async def _find_by_idempotency_key(deps: Deps, order: CheckoutOrder) -> Booking | None:
    assert order.idempotency_key is not None, "a booking is found by its key"
    return await find_by_idempotency_key(
        deps.sale.bookings_by_key.submit, key=order.idempotency_key, request_hash=order.request_hash
    )


async def _resolve_disagreement(
    deps: Deps, plan: SalePlan, choice: Choice, tickets: tuple[BookedTicket, ...], *, last: bool
) -> None:
    """Redis granted the lock, PostgreSQL refused the claim: PostgreSQL is right, so load Redis again.

    Raises `SeatsTaken` if the buyer named the seats; returns if another try may pick others.
    """
    await load_inventory(deps, event_id=plan.terms.event_id)
    if choice.seats or last:
        refusal: Refusal = await seats_taken(deps, plan, choice, await _not_free(deps, plan, tickets))
        raise refusal


async def _not_free(deps: Deps, plan: SalePlan, tickets: tuple[BookedTicket, ...]) -> tuple[int, ...]:
    states = await deps.locks.states(plan.terms.event_id) or b""
    seats = [ticket.index for ticket in tickets if ticket.seat_id is not None]
    return tuple(index for index in seats if states[index : index + 1] != b"a") or tuple(seats)
