"""The waiting list of a sold-out event: a person joins, looks and leaves; its organizer reads it."""

from msgspec import Struct, structs

from admitone.booking.contracts import Booking, BookingStatus
from admitone.booking.contracts.resale import (
    EntryState,
    JoinedList,
    ListOrder,
    PersonNotice,
    WaitingEntry,
    WaitingListMode,
)
from admitone.booking.domain.buyer import normal_form
from admitone.booking.domain.entry_token import entry_token, read_entry_token
from admitone.booking.domain.origin import Origin, stored_key
from admitone.booking.domain.refusals import BookingAlreadyPaid, TicketLimitExceeded
from admitone.booking.domain.resale_refusals import (
    AlreadyWaiting,
    TicketsAvailable,
    TooManyEntries,
    WaitingEntryNotFound,
    WaitingListClosed,
)
from admitone.booking.domain.sale_plan import SalePlan
from admitone.booking.domain.waiting_list import Wish, can_fulfil
from admitone.booking.store import waiting_list as store
from admitone.booking.store.resale_terms import read_resale_terms
from admitone.booking.store.resales import has_resales
from admitone.booking.usecases.checkout.ending import OFFER_JOB, end_bookings
from admitone.booking.usecases.deps import Deps
from admitone.booking.usecases.projection.sale_plan import check_own_event, read_sale_plan
from admitone.booking.usecases.projection.showing import SHOW_PLACES_JOB
from admitone.kit.postgres import Connection


class EntryCount(Struct, frozen=True):
    """Entries of one state that wait for one price level (None: any), and how many tickets they want."""

    state: EntryState
    price_level_id: str | None
    entries: int
    tickets: int


async def join_waiting_list(deps: Deps, *, order: ListOrder, origin: Origin) -> JoinedList:
    """Take the next place on the list of an event where nothing suitable is for sale.

    Joined again by the same client (`origin.client`), the buyer keeps the place. Raises `EventNotFound`,
    `EventCancelled`, `SaleNotOpen`, `UnknownPriceLevel`, `TicketLimitExceeded`, `WaitingListClosed`,
    `TicketsAvailable`, `AlreadyWaiting`, `TooManyEntries`.
    """
    plan = await read_sale_plan(deps, event_id=order.event_id, fresh=True)
    plan.check_open(deps.now())
    plan.check_filter(None, order.price_level_id)
    if order.quantity > plan.terms.ticket_limit:
        raise TicketLimitExceeded(plan.terms.ticket_limit)
    client_key = stored_key(deps.token_keys, "client", origin.client)
    entry_id = deps.new_id("wle")
    async with deps.pool.connection() as conn, conn.transaction():
        if (await read_resale_terms(conn, order.event_id)).waiting_list is WaitingListMode.OFF:
            raise WaitingListClosed
        if await _is_for_sale(conn, plan, order):
            raise TicketsAvailable
        joined = await store.insert_entry(
            conn,
            entry_id,
            order,
            buyer_key=normal_form(order.buyer_email),
            client_key=client_key,
            block_key=stored_key(deps.token_keys, "block", origin.block),
            ticket_limit=plan.terms.ticket_limit,
        )
        if not joined.won:
            entry_id = _own_entry(joined, client_key, plan.terms.ticket_limit)
        elif joined.begins:  # holds that lapse are withheld from now on: Redis must know
            await deps.defer(conn, SHOW_PLACES_JOB, event_id=order.event_id, indexes=None)
        if joined.won and await has_resales(conn, order.event_id):  # tickets that their buyers offer wait for a person
            await deps.defer(conn, OFFER_JOB, event_id=order.event_id)
        token = entry_token(deps.token_keys, entry_id)
        if joined.won:
            facts = {
                "event_id": order.event_id,
                "email": order.buyer_email,
                "name": order.buyer_name,
                "entry_token": token,
            }
            await deps.announce(conn, PersonNotice.WAITING_LIST_JOINED, entry_id, facts)
        entry = await store.read_entry(conn, order.event_id, entry_id)
    assert entry is not None, "it was inserted, or found, in this transaction"
    return JoinedList(entry, token)


async def get_entry(deps: Deps, *, event_id: str, token: str) -> WaitingEntry:
    """Return the entry as it is now. Raises `WaitingEntryNotFound`, for a wrong token too."""
    async with deps.pool.connection() as conn:
        entry = await _read(deps, conn, event_id, token)
    if entry.drawn_rank is None:
        return entry
    return structs.replace(entry, mark=deps.mark_entrant(event_id, entry.id).hex())


async def leave_waiting_list(deps: Deps, *, event_id: str, token: str) -> WaitingEntry:
    """Leave the list, or decline the offer: its places go to the next entry at once. Return the entry after it.

    Left again, nothing changes. Raises `WaitingEntryNotFound`, `BookingAlreadyPaid` (the payment has begun).
    """
    async with deps.pool.connection() as conn, conn.transaction():
        entry = await _read(deps, conn, event_id, token)
        ended: list[Booking] = []
        if await store.leave_list(conn, entry.id):
            await deps.defer(conn, OFFER_JOB, event_id=event_id)  # it may have been the last one that waited
        else:
            entry = await _read(deps, conn, event_id, token)  # it may have got its offer in this moment
            if entry.state is EntryState.OFFERED and entry.booking_id is not None:
                ended = await end_bookings(deps, conn, [entry.booking_id], status=BookingStatus.RELEASED)
                await store.close_offers(conn, [entry.id])
        entry = await _read(deps, conn, event_id, token)
    for booking in ended:
        await deps.locks.release(booking.event_id, booking.id)
    if entry.state is EntryState.OFFERED:
        raise BookingAlreadyPaid(BookingStatus.PAYING.value)
    return entry


async def count_waiting(deps: Deps, *, organization_id: str, event_id: str) -> list[EntryCount]:
    """Return how the entries of an event stand. Raises `EventNotFound` (also another organization's)."""
    async with deps.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
        rows = await store.count_entries(conn, event_id)
    return [EntryCount(EntryState(row["state"]), row["level_id"], row["entries"], row["tickets"]) for row in rows]


async def list_waiting(
    deps: Deps, *, organization_id: str, event_id: str, state: EntryState | None, page: int, size: int
) -> list[WaitingEntry]:
    """Return one page of entries in the order of arrival. Raises `EventNotFound` (also another organization's)."""
    async with deps.pool.connection() as conn:
        await check_own_event(conn, organization_id, event_id)
        return await store.list_entries(conn, event_id, state=state, size=size, skip=page * size)


async def _is_for_sale(conn: Connection, plan: SalePlan, order: ListOrder) -> bool:
    """Whether the order could be had now. What is withheld is not for sale: entries before this one wait for it."""
    if plan.issued_digest is None:
        return True  # not a ticket of it was ever asked for
    offerable = await store.list_offerable(conn, order.event_id)
    places = [place for place, is_withheld in offerable if not is_withheld]
    wish = Wish("", order.quantity, order.price_level_id, order.together)
    return len(places) >= order.quantity and can_fulfil(plan, places, wish)


def _own_entry(lost: store.JoinOutcome, client_key: str | None, ticket_limit: int) -> str:
    """Return the live entry of the same client and buyer, or raise why there is none."""
    if lost.live_id is not None and client_key is not None and lost.live_client == client_key:
        return lost.live_id
    if not lost.within_limit and lost.live_id is None:
        raise TicketLimitExceeded(ticket_limit)
    if not lost.within_block and lost.live_id is None:
        raise TooManyEntries
    raise AlreadyWaiting


async def _read(deps: Deps, conn: Connection, event_id: str, token: str) -> WaitingEntry:
    entry_id = read_entry_token(deps.token_keys, token)
    entry = None if entry_id is None else await store.read_entry(conn, event_id, entry_id)
    if entry is None:
        raise WaitingEntryNotFound
    return entry
