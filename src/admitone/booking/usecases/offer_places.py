"""Offer freed places to the waiting list: a hold for each offer, decided by PostgreSQL.

Places that become free while people wait are withheld by the statement that frees them, in the transaction that defers
this job. So a crash between freeing and offering loses nothing, and the public never sees them as free. Tickets that
their buyers offer are given in the same way: they stay their buyers' until the offer is paid.
"""

from collections.abc import Sequence
from itertools import groupby

import structlog
from msgspec import Struct

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.resale import EntryState, PersonNotice, WaitingListMode
from admitone.booking.domain.entry_token import entry_token
from admitone.booking.domain.pricing import price_order
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.waiting_list import FreePlace, match_offers, offer_seconds
from admitone.booking.ports import PlaceState
from admitone.booking.store import waiting_list as store
from admitone.booking.store.inventory import read_inventory
from admitone.booking.store.resale_terms import read_resale_terms
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.loading import load_twice, read_issued_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB, publish_seat_states
from admitone.booking.usecases.resale.places import OfferedPlaces, end_late_offers, read_resale_places
from admitone.booking.usecases.waiting_draw import make_draw
from admitone.catalogue.contracts import EventStatus, SaleTerms, sale_end
from admitone.kit.crash_points import crash_point
from admitone.kit.moments import utc_text
from admitone.kit.postgres import Connection
from admitone.kit.refusal import Busy

log = structlog.get_logger(__name__)

SHOW_OFFERS_JOB = "booking.show_offers"
# Terms may change, and claims may hold a matched place, between reading and offering.
RUNS_MAX = 4


class OffersContested(Exception):
    """Other transactions held places or buyers every time: the queue attempts the job again."""


class _Match(Struct, frozen=True):
    """`places`: (index, area id or None)."""

    entry_id: str
    buyer_key: str
    places: tuple[tuple[int, str | None], ...]


class _Outcome(Struct, frozen=True):
    """`offers`: the entries that have one now. `released`: places that are for sale to everybody now."""

    offers: tuple[store.Row, ...] = ()
    released: tuple[int, ...] = ()
    is_contested: bool = False
    is_idle: bool = False
    """Nobody waits any more."""


async def offer_places(deps: Deps, *, event_id: str) -> int:
    """Offer what is free to the entries that wait, in the order of arrival, and return how many offers were made.

    Withheld places that no entry of the list can use go on sale to everybody. Entries end with the sale. Run again, or
    by several processes at once, each place is offered once. Raises `OffersContested`.
    """
    count = 0
    for _ in range(RUNS_MAX):
        plan = await read_issued_plan(deps, event_id=event_id)
        outcome = await _offer(deps, plan)
        if outcome is None:
            continue
        crash_point("booking.offered")
        count += len(outcome.offers)
        await _show(deps, event_id, outcome)
        if not outcome.is_contested:
            return count
    raise OffersContested(event_id)


async def show_offers(deps: Deps, *, event_id: str, booking_ids: Sequence[str]) -> None:
    """Make Redis show the places of these offers as held. Doing it twice, or late, changes nothing."""
    async with deps.pool.connection() as conn:
        rows = await store.list_offered_places(conn, booking_ids)
    for booking_id, places in groupby(rows, key=lambda row: str(row["id"])):
        held = list(places)
        shown = tuple(PlaceState(row["index"], row["area_id"], "h") for row in held)
        if not await deps.locks.grant(event_id, booking_id, held[0]["remaining_ms"], shown):
            await load_twice(deps, event_id=event_id)
            return


async def tend_waiting_lists(deps: Deps, *, seen: dict[str, object]) -> None:
    """Close offers that are over, and offer what became free in ways that no job announced. The caller keeps `seen`
    (event id → the state of its sale when it was last looked at) between calls."""
    async with deps.pool.connection() as conn, conn.transaction():
        for row in await store.close_offers(conn):
            if row["state"] != EntryState.BOUGHT.value:
                await deps.announce(conn, PersonNotice.WAITING_LIST_OFFER_ENDED, row["id"], _facts(deps, row))
        await end_late_offers(deps, conn)
    async with deps.pool.connection() as conn:
        events = await store.list_waited_events(conn)
    for event in events:
        state = (event["revision"], event["counted_at"])
        if event["is_over"] or event["is_drawn"] or seen.get(event["event_id"]) != state:
            try:
                await offer_places(deps, event_id=event["event_id"])
            except OffersContested:  # the next round tries again, after the other events
                continue
            seen[event["event_id"]] = state
    for event_id in seen.keys() - {event["event_id"] for event in events}:
        del seen[event_id]


async def _offer(deps: Deps, plan: SalePlan) -> _Outcome | None:
    """Offer in one transaction; None where the terms have changed since the plan was read."""
    terms = plan.terms
    event_id, now = terms.event_id, deps.now()
    async with deps.pool.connection() as conn, conn.transaction():
        await store.lock_list(conn, event_id)
        sale = await read_inventory(conn, event_id)
        if sale is None or sale.revision != terms.revision:
            return None
        resale = await read_resale_terms(conn, event_id)
        closes_at = sale_end(starts_at=terms.starts_at, ends_at=terms.ends_at, off_sale_at=terms.off_sale_at)
        if (
            terms.status is EventStatus.CANCELLED
            or (closes_at is not None and closes_at <= now)
            or resale.waiting_list is WaitingListMode.OFF
        ):
            await _end(deps, conn, event_id, None)
        offerable = await store.list_offerable(conn, event_id)
        resales = await read_resale_places(deps.list_unreturnable, conn, event_id)
        places = [*(place for place, _ in offerable), *resales.places]
        seconds = offer_seconds(resale.offer_seconds, now, closes_at)
        matched: list[_Match] = []
        offers: list[store.Row] = []
        if _is_paused(terms) or (terms.on_sale_at is not None and now < terms.on_sale_at):
            return _Outcome()
        is_idle = False
        if await make_draw(deps, conn, event_id=event_id, now=now):
            is_idle = await store.unmark_waiting(conn, event_id)
            if not is_idle:
                return _Outcome()  # the places stay withheld until the draw
        if seconds is not None and places:
            matched = await _match(deps, conn, plan, places)
            offers = await _make(deps, conn, plan, matched, resales, seconds) if matched else []
        wanted = {index for match in matched for index, _ in match.places}
        leftover = [place.index for place, is_withheld in offerable if is_withheld and place.index not in wanted]
        released = await store.release_withheld(conn, event_id, leftover) if leftover else []
        is_idle = await store.unmark_waiting(conn, event_id) or is_idle
        if offers:
            ids = [row["booking_id"] for row in offers]
            await deps.defer(conn, SHOW_OFFERS_JOB, event_id=event_id, booking_ids=ids)
        if is_idle or released:
            await deps.defer(conn, SHOW_PLACES_JOB, event_id=event_id, indexes=None if is_idle else released)
    return _Outcome(tuple(offers), tuple(released), len(offers) < len(matched), is_idle)


def _is_paused(terms: SaleTerms) -> bool:
    """Nothing is sold now, and the sale may go on: places stay withheld."""
    return terms.status is EventStatus.POSTPONED or (not terms.published and terms.status is not EventStatus.CANCELLED)


async def _match(deps: Deps, conn: Connection, plan: SalePlan, places: Sequence[FreePlace]) -> list[_Match]:
    """Return who could have which places. An entry whose buyer has all the tickets of a person ends."""
    event_id = plan.terms.event_id
    levels = sorted({place.level_id for place in places})
    limit = plan.terms.ticket_limit
    waiting = await store.list_waiting(conn, event_id, levels=levels, places=len(places), ticket_limit=limit)
    served = [entry.wish.entry_id for entry in waiting if not entry.within_limit]
    if served:
        await _end(deps, conn, event_id, served)
    buyer_of = {entry.wish.entry_id: entry.buyer_key for entry in waiting}
    area_of = {place.index: place.area_id for place in places}
    return [
        _Match(wish.entry_id, buyer_of[wish.entry_id], tuple((index, area_of[index]) for index in indexes))
        for wish, indexes in match_offers(plan, places, (entry.wish for entry in waiting if entry.within_limit))
    ]


async def _make(
    deps: Deps, conn: Connection, plan: SalePlan, matches: Sequence[_Match], resales: OfferedPlaces, seconds: int
) -> list[store.Row]:
    """Make the matched offers, and return the entries of those that PostgreSQL allowed."""
    event_id = plan.terms.event_id
    free = await store.try_lock_buyers(conn, event_id, [match.buyer_key for match in matches])
    offers = [(match.entry_id, _booking(deps, plan, match, resales)) for match in matches if match.buyer_key in free]
    if not offers:
        return []
    made = await store.insert_offers(conn, offers, hold_seconds=seconds, ticket_limit=plan.terms.ticket_limit)
    for row in made:
        facts = _facts(deps, row) | {"booking_id": row["booking_id"], "expires_at": utc_text(row["expires_at"])}
        await deps.announce(conn, PersonNotice.WAITING_LIST_OFFER, row["id"], facts)
    return made


def _booking(deps: Deps, plan: SalePlan, match: _Match, resales: OfferedPlaces) -> Booking:
    """The offer as a booking at today's prices, and of places that their buyers offer at what they paid; the statement
    that stores it adds buyer and times."""
    tickets = tuple(
        resales.price(plan.seat_ticket(index) if area_id is None else plan.area_ticket(plan.areas[area_id], index))
        for index, area_id in sorted(match.places)
    )
    price, now = price_order(tickets, plan.terms.booking_fee), deps.now()
    return Booking(
        id=deps.new_id("bkg"),
        event_id=plan.terms.event_id,
        organization_id=plan.terms.organization_id,
        status=BookingStatus.IN_PROGRESS,
        tickets=tickets,
        subtotal=price.subtotal,
        fees=price.fees,
        total=price.total,
        currency=plan.terms.currency,
        created_at=now,
        expires_at=now,
    )


async def _end(deps: Deps, conn: Connection, event_id: str, ids: Sequence[str] | None) -> None:
    for row in await store.end_entries(conn, event_id, ids):
        await deps.announce(conn, PersonNotice.WAITING_LIST_ENDED, row["id"], _facts(deps, row))


def _facts(deps: Deps, row: store.Row) -> dict[str, object]:
    return {
        "event_id": row["event_id"],
        "email": row["buyer_email"],
        "name": row["buyer_name"],
        "entry_token": entry_token(deps.token_keys, row["id"]),
    }


async def _show(deps: Deps, event_id: str, outcome: _Outcome) -> None:
    """Show in Redis what was decided; the jobs of the same transaction do it again if this process dies."""
    try:
        if outcome.is_idle:
            await load_twice(deps, event_id=event_id)
        elif outcome.released:
            await publish_seat_states(deps, event_id=event_id, indexes=outcome.released)
        if outcome.offers:
            ids = [str(row["booking_id"]) for row in outcome.offers]
            await show_offers(deps, event_id=event_id, booking_ids=ids)
    except Busy as error:
        log.warning("offers not shown yet", event_id=event_id, error=str(error.__cause__))
