"""Check the invariants after an on-sale: compare the buyers' observations with the databases."""

import asyncio
from pathlib import Path
from typing import Any

import psycopg

from bench.fans import Seen

SETTLE_SECONDS_MAX = 30.0

SOLD = "select count(*) from booking.tickets where event_id = %s and state = 's'"
CONFIRMED = "select id, cardinality(indexes) from booking.bookings where event_id = %s and status = 'confirmed'"
OTHERS = """
select count(*) from booking.tickets t
 where t.event_id = %s and t.state = 's'
   and not exists (select from booking.bookings b
                    where b.id = t.booking_id and b.status = 'confirmed' and t.index = any (b.indexes))
"""
_PENDING = """
with pending as (
    select jsonb_array_elements_text(args -> 'booking_ids') as booking_id from procrastinate_jobs
     where task_name = 'payments.capture' and status in ('todo', 'doing')
)
"""
UNPAID = f"""{_PENDING}
select count(*) from booking.bookings b
 where b.event_id = %s and b.status = 'confirmed'
   and not exists (
    select from payments.payments p
     where p.booking_id = b.id
       and (p.status = 'captured' or p.status = 'authorized' and b.id in (select booking_id from pending)))
"""
OWED = f"""{_PENDING}
select count(*), coalesce(sum(p.amount), 0)::bigint
  from booking.bookings b join payments.payments p on p.booking_id = b.id and p.status = 'authorized'
 where b.event_id = %s and b.status = 'confirmed' and b.id in (select booking_id from pending)
"""
TWICE = """
select count(*) - count(distinct entry) from waiting_room.passes p join waiting_room.queues q on q.id = p.queue_id
 where q.event_id = %s
"""
OUT_OF_ORDER = """
select count(*) from (
    select s.from_rank, lag(s.upto_rank) over (order by s.called_at, s.from_rank) as before
      from waiting_room.steps s join waiting_room.queues q on q.id = s.queue_id where q.event_id = %s
) t where t.before is not null and t.before <> t.from_rank
"""
UNCALLED = """
select count(*) from waiting_room.passes p join waiting_room.queues q on q.id = p.queue_id
 where q.event_id = %s and not exists (
    select from waiting_room.steps s where s.queue_id = q.id and p.rank >= s.from_rank and p.rank < s.upto_rank
       and s.called_at <= p.issued_at)
"""


async def find_violations(data: Path, event_id: str, seen: Seen, *, max_active: int | None) -> dict[str, Any]:
    """Return counts of violated invariants, all expected to be 0.

    Captures of a rush follow minutes later, and are not waited for: a sale is paid for if its payment is captured, or
    is authorized and a job will capture it (`captures_owed`).
    """
    async with await psycopg.AsyncConnection.connect(
        host=str(data / "run"), dbname="admitone", user="postgres", autocommit=True
    ) as conn:

        async def count(query: str) -> int:
            row = await (await conn.execute(query, [event_id])).fetchone()
            return int(row[0]) if row else 0

        for _ in range(int(SETTLE_SECONDS_MAX)):
            if await count(UNPAID) == 0:
                break
            await asyncio.sleep(1)
        confirmed: dict[str, int] = dict(await (await conn.execute(CONFIRMED, [event_id])).fetchall())
        found = {
            "told_bought_but_not_confirmed": len(seen.bookings.keys() - confirmed.keys()),
            "confirmed_but_not_told": len(confirmed.keys() - seen.bookings.keys()),
            "seats_sold_not_of_one_confirmed_booking": await count(OTHERS),
            "seats_sold_more_or_less_than_booked": await count(SOLD) - sum(confirmed.values()),
            "confirmed_but_neither_captured_nor_owed": await count(UNPAID),
        }
        if max_active is not None:
            found |= {
                "entries_given_twice": sum(times - 1 for times in seen.entries.values()),
                "passes_given_twice": sum(times - 1 for times in seen.passes.values()) + await count(TWICE),
                "called_out_of_order": await count(OUT_OF_ORDER),
                "passes_not_called": await count(UNCALLED),
            }
    return found


async def captures_owed(data: Path, event_id: str) -> dict[str, int]:
    """Return the bookings that are sold and authorized, whose capture is a job, and their minor units."""
    async with await psycopg.AsyncConnection.connect(
        host=str(data / "run"), dbname="admitone", user="postgres", autocommit=True
    ) as conn:
        row = await (await conn.execute(OWED, [event_id])).fetchone()
    assert row is not None
    return {"bookings": int(row[0]), "minor_units": int(row[1])}
