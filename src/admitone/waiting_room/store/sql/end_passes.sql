-- End passes that bought, or whose time is over without a booking under way.
-- Inputs   queue_id; parallel arrays entries, tries (how many bookings the caller knew of)
-- Invariant  a pass that went shopping again since the caller looked stays live.
-- Locks    passes in (queue, entry) order, as the sales that spend them.
with wanted as (
    select p.queue_id, p.entry
      from unnest(%(entries)s::int[], %(tries)s::int[]) as w(entry, tries)
      join waiting_room.passes p on p.queue_id = %(queue_id)s and p.entry = w.entry
     where p.ended_at is null and cardinality(p.booking_ids) = w.tries
     order by p.entry
       for update of p
)
update waiting_room.passes p set ended_at = clock_timestamp()
  from wanted
 where p.queue_id = wanted.queue_id and p.entry = wanted.entry;
