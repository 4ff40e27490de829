-- name: lead_round
-- Purpose: let one worker lead a queue's round; the others skip it.
-- Inputs:  space, id.
-- Outputs: leads.
-- Locks:   advisory (space, id) until the transaction ends, at the latest with the process.
select pg_try_advisory_xact_lock(%(space)s, %(id)s) as leads;


-- name: lock_queue
-- Purpose: hold a queue (no place takes its turn) or its rounds (no round begins) until the transaction ends.
-- Inputs:  space, id.
-- Outputs: nothing.
-- Locks:   advisory (space, id), exclusive.
select pg_advisory_xact_lock(%(space)s, %(id)s);


-- name: share_queues
-- Purpose: let many places take their turns at once, while no round calls places or finds turns missed.
-- Inputs:  space; ids, sorted.
-- Outputs: nothing.
-- Locks:   advisory (space, id), shared. Its waiters form a queue, so turns do not starve a round.
select pg_advisory_xact_lock_shared(%(space)s, id) from unnest(%(ids)s::int[]) as id;


-- name: freeze_queue
-- Purpose: end the pre-queue: later entrants stand behind it.
-- Inputs:  id, size, chain (read under the intake's lock).
-- Outputs: nothing.
-- Invariant: ends once.
update waiting_room.queues
   set frozen_at = clock_timestamp(), draw_size = %(size)s, entrants_hash = %(chain)s
 where id = %(id)s and frozen_at is null;


-- name: record_draw
-- Purpose: record the draw; from here on the seed is public.
-- Inputs:  id, draw_key.
-- Outputs: nothing.
-- Invariant: a draw is made once, after the pre-queue has ended.
update waiting_room.queues set drawn_at = clock_timestamp(), draw_key = %(draw_key)s
 where id = %(id)s and drawn_at is null and frozen_at is not null;


-- name: call_ranks
-- Purpose: call the next ranks.
-- Inputs:  queue_id, from_rank, upto_rank, turn_seconds; the caller holds the queue with `lock_queue`.
-- Outputs: nothing.
-- Invariant: a turn begins and ends by this server's clock.
insert into waiting_room.steps (queue_id, from_rank, upto_rank, called_at, ends_at)
values (%(queue_id)s, %(from_rank)s, %(upto_rank)s, clock_timestamp(),
        clock_timestamp() + make_interval(secs => %(turn_seconds)s));


-- name: read_shown_capacity
-- Purpose: begin a queue with what this installation has shown; a weaker machine is noticed within seconds.
-- Inputs:  nothing.
-- Outputs: capacity: the most checkouts a minute that a queue with a round in the last 30 days saw; 0 without one.
select coalesce(max(shown_per_minute), 0) as capacity from waiting_room.queues
 where round_at > clock_timestamp() - interval '30 days';


-- name: record_round
-- Purpose: store the decisions of a round.
-- Inputs:  id, and the columns that a round writes.
-- Outputs: nothing.
-- Invariant: only the round's leader writes; `serving` never goes back.
update waiting_room.queues
   set serving = %(serving)s, round_at = %(round_at)s, credit = %(credit)s, outflow_per_minute = %(outflow)s,
       inflow_per_minute = %(inflow)s, inflow_size = %(inflow_size)s, capacity_per_minute = %(capacity)s,
       checkouts_per_minute = %(checkouts)s, shown_per_minute = %(shown)s,
       unsold = %(unsold)s, places_taken = %(places_taken)s, on_since = %(on_since)s, overload_since = %(overload_since)s, calm_since = %(calm_since)s
 where id = %(id)s and serving <= %(serving)s;


-- name: record_load
-- Purpose: replace the load record of one process, and delete records older than an hour.
-- Inputs:  process, checkouts, shed, p95_ms.
-- Outputs: nothing.
-- Invariant: one record a process.
with gone as (
    delete from waiting_room.loads where recorded_at < clock_timestamp() - interval '1 hour'
)
insert into waiting_room.loads as l (process, recorded_at, checkouts, shed, p95_ms)
values (%(process)s, clock_timestamp(), %(checkouts)s, %(shed)s, %(p95_ms)s)
on conflict (process) do update
   set recorded_at = excluded.recorded_at, checkouts = excluded.checkouts, shed = excluded.shed, p95_ms = excluded.p95_ms;


-- name: read_load
-- Purpose: read the load of checkout over all processes.
-- Inputs:  seconds: older records do not count.
-- Outputs: one row: checkouts, shed, p95_ms.
-- Invariant: reads only.
select coalesce(sum(checkouts), 0)::int as checkouts, coalesce(sum(shed), 0)::int as shed,
       coalesce(max(p95_ms), 0)::int as p95_ms
  from waiting_room.loads where recorded_at > clock_timestamp() - make_interval(secs => %(seconds)s);
