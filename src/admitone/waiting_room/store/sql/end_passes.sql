-- End passes that bought, or whose time is over without a booking under way.
-- Inputs   queue_id; parallel arrays entries, tries (how many bookings the caller knew of)
-- Invariant  a pass that went shopping again since the caller looked stays live.
update waiting_room.passes p set ended_at = clock_timestamp()
  from unnest(%(entries)s::int[], %(tries)s::int[]) as w(entry, tries)
 where p.queue_id = %(queue_id)s and p.entry = w.entry and p.ended_at is null
   and cardinality(p.booking_ids) = w.tries;
