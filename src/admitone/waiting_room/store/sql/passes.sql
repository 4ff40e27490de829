-- name: take_turns
-- Purpose: exchange called ranks for passes, each once.
-- Inputs:  parallel arrays queues, entries, ranks, pass_seconds; the caller holds `share_queues`.
-- Outputs: nothing.
-- Invariant: a pass is given only between the call and the end of the turn, by this server's clock.
insert into waiting_room.passes (queue_id, entry, rank, issued_at, expires_at)
select w.queue_id, w.entry, w.rank, clock_timestamp(), clock_timestamp() + make_interval(secs => w.pass_seconds)
  from unnest(%(queues)s::int[], %(entries)s::int[], %(ranks)s::int[], %(pass_seconds)s::int[])
       as w(queue_id, entry, rank, pass_seconds)
 cross join lateral (select s.from_rank, s.ends_at from waiting_room.steps s
                      where s.queue_id = w.queue_id and s.upto_rank > w.rank
                      order by s.upto_rank limit 1) as step
 where step.from_rank <= w.rank
   and clock_timestamp() < step.ends_at
on conflict (queue_id, entry) do nothing;


-- name: read_passes
-- Purpose: read the passes of these places, live and ended.
-- Inputs:  parallel arrays queues, entries.
-- Outputs: queue_id, entry, expires_at, ended_at, now; places without a pass are missing.
-- Invariant: reads only.
select p.queue_id, p.entry, p.expires_at, p.ended_at, clock_timestamp() as now
  from unnest(%(queues)s::int[], %(entries)s::int[]) as w(queue_id, entry)
  join waiting_room.passes p using (queue_id, entry);


-- name: enter_sale
-- Purpose: record that passes admit a checkout, each with the booking that it will make.
-- Inputs:  parallel arrays events, entries, bookings, with each (event, entry) once; bookings_max.
-- Outputs: event_id, entry of the admitted ones.
-- Invariant: only a live pass that has bought nothing admits, at most `bookings_max` times.
update waiting_room.passes p
   set booking_ids = p.booking_ids || w.booking_id, entered_at = clock_timestamp()
  from unnest(%(events)s::text[], %(entries)s::int[], %(bookings)s::text[]) as w(event_id, entry, booking_id)
  join waiting_room.queues q on q.event_id = w.event_id
 where p.queue_id = q.id and p.entry = w.entry and p.ended_at is null and p.spent_by is null and p.expires_at > clock_timestamp()
   and cardinality(p.booking_ids) < %(bookings_max)s
returning q.event_id, p.entry;


-- name: spend_passes
-- Purpose: spend passes in the transaction of their sales: a pass opens one purchase.
-- Inputs:  parallel arrays events, entries, bookings.
-- Outputs: booking_id of the bookings whose pass is theirs now.
-- Invariant: one booking spends a pass, whatever other bookings it admitted; a second call for that booking is harmless.
-- Locks:   passes in (queue, entry) order.
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


-- name: restore_passes
-- Purpose: undo `spend_passes` for bookings that were not sold, in the same transaction.
-- Inputs:  bookings.
-- Outputs: nothing.
-- Invariant: a pass whose time is over stays ended.
update waiting_room.passes
   set spent_by = null, ended_at = case when expires_at > clock_timestamp() then null else ended_at end
 where spent_by = any(%(bookings)s::text[]);


-- name: list_live_passes
-- Purpose: list the passes that may have to end: live ones that admitted a checkout or whose time is over.
-- Inputs:  queue_id, entering_seconds.
-- Outputs: entry, booking_ids, is_over, is_entering (the last checkout may not have made its booking yet).
-- Invariant: reads only.
select entry, booking_ids, expires_at <= clock_timestamp() as is_over,
       coalesce(entered_at > clock_timestamp() - make_interval(secs => %(entering_seconds)s), false) as is_entering
  from waiting_room.passes
 where queue_id = %(queue_id)s and ended_at is null
   and (booking_ids <> '{}' or expires_at <= clock_timestamp());


-- name: end_passes
-- Purpose: end passes that bought, or whose time is over without a booking in progress.
-- Inputs:  queue_id; parallel arrays entries, tries (how many bookings the caller saw).
-- Outputs: nothing.
-- Invariant: a pass that admitted another checkout since the caller read it stays live.
-- Locks:   passes in (queue, entry) order, as the sales that spend them.
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


-- name: count_queue
-- Purpose: count how full the sale is.
-- Inputs:  queue_id; the caller holds the queue with `lock_queue`, so that nothing changes.
-- Outputs: active: live passes; called: called ranks whose turn lasts and that have no pass yet; taken: all passes ever;
--          now: this server's clock.
-- Invariant: reads only.
with standing as (
    select from_rank, upto_rank from waiting_room.steps
     where queue_id = %(queue_id)s and ends_at > clock_timestamp()
)
select (select count(*) from waiting_room.passes where queue_id = %(queue_id)s and ended_at is null) as active,
       coalesce((select sum(upto_rank - from_rank) from standing), 0)
         - (select count(*) from waiting_room.passes p
             where p.queue_id = %(queue_id)s and p.rank >= (select min(from_rank) from standing)) as called,
       (select count(*) from waiting_room.passes where queue_id = %(queue_id)s) as taken,
       clock_timestamp() as now;
