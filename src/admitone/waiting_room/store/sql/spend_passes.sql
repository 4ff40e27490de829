-- Spend passes in the transaction of their sales: a pass opens one purchase.
-- Inputs   parallel arrays events, entries, bookings
-- Outputs  the bookings whose pass is theirs now
-- Invariant  a pass is spent by one booking, whatever else it shopped with; asking again for that booking is harmless.
-- Locks    passes in (queue, entry) order.
with wanted as (
    select p.queue_id, p.entry, w.booking_id
      from unnest(%(events)s::text[], %(entries)s::int[], %(bookings)s::text[]) as w(event_id, entry, booking_id)
      join waiting_room.queues q on q.event_id = w.event_id
      join waiting_room.passes p on p.queue_id = q.id and p.entry = w.entry
     order by p.queue_id, p.entry, w.booking_id
       for update of p
),
first as (
    select distinct on (queue_id, entry) * from wanted order by queue_id, entry, booking_id
)
update waiting_room.passes p
   set spent_by = first.booking_id, ended_at = coalesce(p.ended_at, clock_timestamp())
  from first
 where p.queue_id = first.queue_id and p.entry = first.entry and coalesce(p.spent_by, first.booking_id) = first.booking_id
returning p.spent_by as booking_id;
