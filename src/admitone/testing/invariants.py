"""Check the invariants of booking and money in the database, the processor's books, Redis and a history.

Numbers as in docs/invariants.md. Each violation is a sentence; a correct race has none.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import httpx
import psycopg
from psycopg.rows import dict_row

from admitone.testing.history import History, Outcome
from admitone.testing.organizer import Show

SETTLE_SECONDS_MAX = 120.0
# A lock of a process that was killed before its claim expires with its hold; fault runs use holds of 6 s.
MAP_SECONDS_MAX = 60.0

# Wait for all pending work before checking: payments in progress, expired claims, queued jobs.
UNSETTLED = """
    select 'booking ' || id || ' is ' || status as what from booking.bookings
    where event_id = any(%(events)s)
      and (status = 'paying' or (status = 'in_progress' and expires_at < clock_timestamp()))
    union all
    select 'ticket ' || t.index || ' is claimed by ' || coalesce(b.id, 'no booking') from booking.tickets t
    left join booking.bookings b on b.id = t.booking_id
    where t.event_id = any(%(events)s) and t.state = 'c'
      and (b.id is null or b.status not in ('in_progress', 'paying'))
    union all
    select 'ticket ' || index || ' is withheld' from booking.tickets where event_id = any(%(events)s) and state = 'w'
    union all
    select 'job ' || task_name || ' waits' from procrastinate_jobs where status in ('todo', 'doing')
"""

# Captures of a rush wait for minutes, so that they do not compete with buyers who pay.
WAITING_CAPTURES_DUE = """
    update procrastinate_jobs set scheduled_at = null where status = 'todo' and task_name = 'payments.capture'
"""

SEATS = """
    -- 1: no place is in two live bookings
    select '1: place ' || index || ' is in ' || string_agg(id, ' and ') as what
    from (select b.id, b.event_id, i.index from booking.bookings b, unnest(b.indexes) as i(index)
          where b.event_id = any(%(events)s) and i.index <> all(b.refunded)
            and b.status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')
            -- a place that its buyer offers is held by another booking, and is not in it before the sale
            and not exists (select from booking.resales r where r.claimed_by = b.id and r.index = i.index
                             and r.event_id = b.event_id and r.state = 'offered')) live
    group by event_id, index having count(*) > 1
    union all
    -- 1: sold exactly where a confirmed booking has it
    select '1: place ' || coalesce(t.index, b.index) || ' is sold to ' || coalesce(t.booking_id, 'no booking')
           || ', and in the booking ' || coalesce(b.id, 'of no buyer')
    from (select * from booking.tickets where event_id = any(%(events)s) and state = 's') t
    full join (select id, event_id, i.index from booking.bookings, unnest(indexes) as i(index)
               where event_id = any(%(events)s) and status in ('confirmed', 'partially_refunded')
                 and i.index <> all(refunded)) b
      on b.event_id = t.event_id and b.index = t.index and b.id = t.booking_id
    where t.index is null or b.index is null
    union all
    -- 1: as many places as were put on sale
    select '1: ' || s.event_id || ' has ' || count(t.index) || ' places, not ' || s.capacity
    from booking.sales s join booking.tickets t on t.event_id = s.event_id
    where s.event_id = any(%(events)s) group by s.event_id, s.capacity having count(t.index) <> s.capacity
"""

STATES = """
    -- 5: the sweeper looks for exactly the bookings that are not over
    select '5: ' || coalesce(b.id, l.booking_id) || ' is ' || coalesce(b.status, 'over') || ', and the sweeper '
           || case when l.booking_id is null then 'misses it' else 'looks for it' end as what
    from (select * from booking.bookings where event_id = any(%(events)s) and status in ('in_progress', 'paying')) b
    full join (select * from booking.live_bookings where event_id = any(%(events)s)) l
      on l.booking_id = b.id and l.expires_at = b.expires_at
    where b.id is null or l.booking_id is null
    union all
    -- the lists of one state have the bookings in that state
    select '5: ' || coalesce(b.id, e.booking_id) || ' is ' || coalesce(b.status, 'not in that state')
           || ', and the list of a state ' || case when e.booking_id is null then 'misses it' else 'has it' end
    from (select * from booking.bookings where event_id = any(%(events)s)
           and status not in ('in_progress', 'paying', 'confirmed')) b
    full join (select * from booking.ended_bookings where event_id = any(%(events)s)) e
      on e.booking_id = b.id and e.status = b.status and e.organization_id = b.organization_id
    where b.id is null or e.booking_id is null
"""

MONEY = """
    with mine as (select * from booking.bookings where event_id = any(%(events)s)),
    taken as (select p.*, i.status as intent, i.amount - i.amount_refunded as kept
              from payments.payments p join mine on mine.id = p.booking_id
              left join simulated_processor.intents i on i.id = p.provider_ref)
    -- 2, 3: a ticket for money, exactly once, of exactly that much; and no money without a ticket
    select '3: ' || mine.id || ' is confirmed for ' || mine.subtotal + mine.fees || ' and paid '
           || coalesce((select string_agg(status || ' ' || amount, ', ') from taken
                        where booking_id = mine.id), 'never') as what
    from mine where status = 'confirmed' and subtotal + fees > 0 and counter_payment is null
      and (select array_agg(amount) from taken where booking_id = mine.id and status = 'captured' and kept = amount
           and intent = 'succeeded') is distinct from array[mine.subtotal + mine.fees]
    union all
    select '2: ' || mine.id || ' is ' || mine.status || ' and the processor says ' || taken.intent
    from taken join mine on mine.id = taken.booking_id
    where mine.status not in ('confirmed', 'partially_refunded')
      and (intent = 'requires_capture' or (intent = 'succeeded' and kept > 0))
    union all
    select '2: ' || booking_id || ' has an authorization beside the one that was captured'
    from taken where intent = 'requires_capture' and status <> 'authorized'
    union all
    -- 4: every transaction sums to zero, and all of them to what the processor has
    select '4: ' || transaction_id || ' sums to ' || sum(amount) || ' ' || currency
    from payments.ledger_entries group by transaction_id, currency having sum(amount) <> 0
    union all
    select '4: the ledger has ' || l.sum || ' of ' || mine.id || ', the processor ' || coalesce(t.kept, 0)
    from mine
    join lateral (select coalesce(sum(e.amount), 0) as sum from payments.ledger_transactions lt
                  join payments.ledger_entries e on e.transaction_id = lt.id
                  where lt.booking_id = mine.id and e.account = 'provider_clearing') l on true
    left join lateral (select sum(kept) as kept from taken
                       where booking_id = mine.id and intent = 'succeeded') t on true
    where l.sum <> coalesce(t.kept, 0)
"""

# The waiting list: in order, one offer an entry, for exactly what it waits for. No other booking sells those places.
WAITING_LIST = """
    with mine as (select e.*, b.status, b.indexes, b.buyer_key as offered_to
                    from booking.waiting_entries e left join booking.bookings b on b.id = e.booking_id
                   where e.event_id = any(%(events)s))
    select '11: ' || later.id || ' was served before ' || earlier.id as what
    from mine later join mine earlier
      on earlier.event_id = later.event_id and earlier.number < later.number and earlier.quantity = later.quantity
     and earlier.level_id is not distinct from later.level_id and earlier.together = later.together
    where later.booking_id is not null and earlier.state = 'waiting'
    union all
    select '11: ' || id || ' waits for ' || quantity || ' tickets and has ' || cardinality(indexes)
    from mine where booking_id is not null and (cardinality(indexes) <> quantity or offered_to <> buyer_key)
    union all
    select '11: ' || id || ' is ' || state || ' and its booking is ' || status
    from mine where (state = 'bought') <> (status in ('confirmed', 'partially_refunded', 'refunded'))
      and state in ('bought', 'missed', 'declined')
"""

# Tickets on offer: they are their buyers' until the sale, and each sale refunds one buyer once, never more than paid.
RESALES = """
    with mine as (select r.*, b.status as next
                    from booking.resales r left join booking.bookings b on b.id = r.claimed_by
                   where r.event_id = any(%(events)s))
    select '12: ' || mine.booking_id || ' offers the place ' || mine.index || ' and does not have it' as what
    from mine where state = 'offered' and not exists (
        select from booking.tickets t where t.event_id = mine.event_id and t.index = mine.index and t.state = 's'
           and t.booking_id = mine.booking_id)
    union all
    select '12: the offer of the place ' || index || ' is held by ' || claimed_by || ', which is ' || next
    from mine where state = 'offered' and next not in ('in_progress', 'paying')
    union all
    select '12: the place ' || index || ' was sold to ' || claimed_by || ', which is ' || next
    from mine where state = 'sold' and next not in ('confirmed', 'partially_refunded', 'refunded', 'failed')
    union all
    select '12: the place ' || index || ' was sold, and ' || booking_id || ' has no refund of it'
    from mine where state = 'sold' and not exists (
        select from booking.refund_decisions d where d.booking_id = mine.booking_id and mine.index = any(d.indexes))
    union all
    select '12: ' || b.id || ' paid ' || b.subtotal + b.fees || ' and has ' || sum(f.amount) || ' back'
    from booking.bookings b join payments.refunds f on f.booking_id = b.id and f.status in ('pending', 'succeeded')
    where b.event_id = any(%(events)s) group by b.id having sum(f.amount) > b.subtotal + b.fees
"""

# Organizers' sales: paid at the box office, exactly once, or complimentary; unknown to the processor.
BOX_OFFICE = """
    with mine as (select * from booking.bookings where event_id = any(%(events)s) and counter_payment is not null)
    select '3: ' || id || ' is ' || status || ' for ' || subtotal + fees || ' by ' || counter_payment
           || ', and the box office has ' || coalesce(took.payments, 'nothing') as what
    from mine
    left join lateral (select string_agg(p.provider || ' ' || p.payment_method || ' ' || p.amount, ', ') as payments
                       from payments.payments p where p.booking_id = mine.id) took on true
    where took.payments is distinct from
          case when subtotal + fees > 0 then 'counter ' || counter_payment || ' ' || subtotal + fees end
    union all
    select '3: ' || id || ' is complimentary, and costs ' || subtotal + fees
    from mine where counter_payment = 'complimentary' and subtotal + fees > 0
    union all
    select '4: drawer has ' || drawer.sum || ' of ' || mine.id || ', which is ' || mine.status
    from mine
    join lateral (select coalesce(sum(e.amount), 0) as sum from payments.ledger_transactions lt
                  join payments.ledger_entries e on e.transaction_id = lt.id
                  where lt.booking_id = mine.id and e.account like 'counter%%') drawer on true
    where mine.status <> 'partially_refunded'
      and drawer.sum <> case mine.status when 'refunded' then 0 else mine.subtotal + mine.fees end
    union all
    select '4: the processor has ' || i.id || ' for ' || mine.id
    from mine join simulated_processor.intents i on i.reference = mine.id
"""


async def check_invariants(address: str, database_url: str, shows: Sequence[Show], history: History) -> None:
    """Wait until everything in progress has ended, then fail with every violation found."""
    events = {"events": [show.id for show in shows]}
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True, row_factory=dict_row) as conn:
        faults = await _settle(conn, events)
        for question in (SEATS, STATES, MONEY, BOX_OFFICE, WAITING_LIST, RESALES):
            faults += [row["what"] for row in await _rows(conn, question, events)]
        rows = await _rows(conn, "select * from booking.bookings where event_id = any(%(events)s)", events)
        faults += _history_faults({row["id"]: row for row in rows}, history)
        for show in shows:
            faults += await _map_faults(conn, address, show)
    faults += history.defects
    assert not faults, "\n".join(faults)


async def _settle(conn: psycopg.AsyncConnection[dict[str, Any]], events: dict[str, Any]) -> list[str]:
    """Invariant 5: every lock, claim and payment ends. Return those that did not."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while (waiting := await _rows(conn, UNSETTLED, events)) and time.monotonic() < deadline:
        await conn.execute(WAITING_CAPTURES_DUE)
        await asyncio.sleep(0.25)
    return [f"5: {row['what']}" for row in waiting]


def _history_faults(bookings: dict[str, dict[str, Any]], history: History) -> list[str]:
    """Invariant 7: acknowledged calls took effect; refused ones did not."""
    faults = []
    for call in history.calls:
        booking = bookings.get(call.booking_id or "")
        status = booking["status"] if booking else None
        match call.action, call.outcome:
            case "checkout", Outcome.OK if booking is None:
                faults.append(f"7: {call} is lost")
            case "confirm" | "sell", Outcome.OK if status != "confirmed":
                faults.append(f"7: {call}, and it is {status}")
            case "confirm", Outcome.REFUSED if status == "confirmed" and call.code in ENDED:
                faults.append(f"7: {call}, and it is {status}")
            case "release", Outcome.OK if status not in ("released", "expired"):
                faults.append(f"7: {call}, and it is {status}")
            case "checkout" | "confirm" | "sell", Outcome.OK:
                told = {ticket["ticket_id"] for ticket in call.answer["tickets"]}
                known = _ticket_ids(booking) if booking else set()
                faults += [f"7: {call}: {told} are {known} now"] if told != known else []
    return faults


def _ticket_ids(booking: dict[str, Any]) -> set[str]:
    return {f"tkt_{booking['event_id'].removeprefix('evt_')}_{index}" for index in booking["indexes"]}


ENDED = ("hold-expired", "booking-released", "event-cancelled", "sale-lost", "booking-not-found")


async def _map_faults(conn: psycopg.AsyncConnection[dict[str, Any]], address: str, show: Show) -> list[str]:
    """Invariant 8: the public map equals the database, a second later."""
    deadline = time.monotonic() + MAP_SECONDS_MAX
    async with httpx.AsyncClient(base_url=address, timeout=30) as http:
        while True:
            answer = (await http.get(f"/events/{show.id}/seats")).json()
            shown = answer["states"], sum(area["available"] for area in answer["areas"].values())
            # After the map: the first read of an event issues its tickets.
            kept = await _map_of(conn, show)
            if shown == kept:
                return []
            if time.monotonic() > deadline:
                return [f"8: {show.id} shows {shown[0]} and {shown[1]}, the database has {kept[0]} and {kept[1]}"]
            await asyncio.sleep(0.3)


async def _map_of(conn: psycopg.AsyncConnection[dict[str, Any]], show: Show) -> tuple[str, int]:
    """Return the states of the seats, and the number of free general-admission places."""
    rows = await _rows(
        conn,
        """
        select t.index, t.area_id,
               case when t.state = 'c' then 'h' when t.state in ('k', 'w') then 'b' else t.state::text end as state
        from booking.tickets t where t.event_id = %(event)s order by t.index
        """,
        {"event": show.id},
    )
    states = "".join(row["state"] for row in rows if row["area_id"] is None)
    return states, sum(row["state"] == "a" for row in rows if row["area_id"] is not None)


async def _rows(
    conn: psycopg.AsyncConnection[dict[str, Any]], question: str, arguments: dict[str, Any]
) -> list[dict[str, Any]]:
    return await (await conn.execute(question, arguments)).fetchall()
