-- Note that passes go shopping, each with a booking that is about to be made.
-- Inputs   parallel arrays events, entries, bookings; no (event, entry) twice
-- Outputs  event_id, entry of those that may
-- Invariant  only a live pass that has bought nothing enters; one pass makes at most `bookings_max` tries.
update waiting_room.passes p
   set booking_ids = p.booking_ids || w.booking_id, entered_at = clock_timestamp()
  from unnest(%(events)s::text[], %(entries)s::int[], %(bookings)s::text[]) as w(event_id, entry, booking_id)
  join waiting_room.queues q on q.event_id = w.event_id
 where p.queue_id = q.id and p.entry = w.entry and p.ended_at is null and p.spent_by is null and p.expires_at > clock_timestamp()
   and cardinality(p.booking_ids) < %(bookings_max)s
returning q.event_id, p.entry;
