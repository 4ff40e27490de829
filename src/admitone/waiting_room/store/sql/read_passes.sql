-- Passes of these places.
-- Inputs   parallel arrays queues, entries
select p.queue_id, p.entry, p.expires_at, p.ended_at, clock_timestamp() as now
  from unnest(%(queues)s::int[], %(entries)s::int[]) as w(queue_id, entry)
  join waiting_room.passes p using (queue_id, entry);
