-- name: project_events
-- Project the catalogue's announced sale terms onto waiting rooms, in its transaction.
-- Inputs   parallel arrays, one entry an event; seeds: used where the queue is new
-- Outputs  id, event_id of queues that are new
-- Invariant  an older revision never overwrites a newer one; a seed, once committed to, never changes.
with told as (
    insert into waiting_room.queues as q (event_id, organization_id, revision, mode, open, pre_queue_opens_at, opens_at,
                                          closes_at, terms_max_active, terms_rate_per_minute, seed)
    select * from unnest(%(events)s::text[], %(organizations)s::text[], %(revisions)s::int[], %(modes)s::text[],
                         %(opens)s::bool[], %(pre_queues)s::timestamptz[], %(on_sale)s::timestamptz[],
                         %(closes)s::timestamptz[], %(max_active)s::int[], %(rates)s::int[], %(seeds)s::bytea[])
    on conflict (event_id) do update
       set revision = excluded.revision, mode = excluded.mode, open = excluded.open,
           pre_queue_opens_at = excluded.pre_queue_opens_at, opens_at = excluded.opens_at,
           closes_at = excluded.closes_at, terms_max_active = excluded.terms_max_active,
           terms_rate_per_minute = excluded.terms_rate_per_minute
     where q.revision <= excluded.revision
    returning q.id, q.event_id, xmax = 0 as is_new
)
select id, event_id from told where is_new;


-- name: open_intakes
-- Begin the lines of new queues: nobody in them, and the running hash of nobody.
-- Inputs   parallel arrays ids, chains
insert into waiting_room.intakes (queue_id, chain)
select * from unnest(%(ids)s::int[], %(chains)s::bytea[])
on conflict (queue_id) do nothing;


-- name: known_events
-- Those of these events that have a queue already, whatever their mode.
select event_id from waiting_room.queues where event_id = any(%(events)s::text[]);


-- name: read_queues
-- Queues as they are now, with their intakes. What the organizer changed live goes before the event's terms.
-- Inputs   events (ids)
select q.id, q.event_id, q.organization_id, q.mode, q.open, q.pre_queue_opens_at, q.opens_at, q.closes_at,
       coalesce(q.live_max_active, q.terms_max_active) as max_active,
       coalesce(q.live_rate_per_minute, q.terms_rate_per_minute) as rate_per_minute,
       q.turn_seconds, q.pass_seconds, q.proof_above_per_minute, q.paused, q.message, q.seed, q.beacon_name,
       q.beacon_round, q.beacon_value, q.frozen_at, q.draw_size, q.entrants_hash, q.drawn_at, q.draw_key, q.serving,
       q.round_at, q.credit, q.outflow_per_minute, q.inflow_per_minute, q.inflow_size, q.capacity_per_minute,
       q.unsold, q.places_taken, q.on_since, q.overload_since, q.calm_since, i.size, i.chain
  from waiting_room.queues q join waiting_room.intakes i on i.queue_id = q.id
 where q.event_id = any(%(events)s::text[])
 order by q.id;


-- name: list_active
-- Events whose queue has a round to make: on sale or before it, with a waiting room.
select event_id from waiting_room.queues
 where mode <> 'off' and open and coalesce(closes_at, 'infinity') > clock_timestamp()
 order by id;


-- name: lead_round
-- One leader a queue and round; the others pass by. Falls with the transaction, hence with the process.
-- Inputs   id
select pg_try_advisory_xact_lock(%(space)s, %(id)s) as leads;


-- name: lock_queue
-- Lock a queue (no turn is taken) or its round (no other round runs) exclusively until the transaction ends.
-- Inputs   space, id
select pg_advisory_xact_lock(%(space)s, %(id)s);


-- name: share_queues
-- While this transaction lives, nobody is called and no turn is found missed; many may take their turns at once.
-- Advisory, because its waiters are served in order: a round is not starved by those who take turns.
-- Inputs   ids, sorted
select pg_advisory_xact_lock_shared(%(space)s, id) from unnest(%(ids)s::int[]) as id;


-- name: freeze_queue
-- End the pre-queue: from here on everybody who joins stands behind it.
-- Inputs   id, size, chain (read under the intake's lock)
update waiting_room.queues
   set frozen_at = clock_timestamp(), draw_size = %(size)s, entrants_hash = %(chain)s
 where id = %(id)s and frozen_at is null;


-- name: record_draw
-- Record the draw; from here on the seed is public.
-- Inputs   id, draw_key
-- Invariant  a draw is made once.
update waiting_room.queues set drawn_at = clock_timestamp(), draw_key = %(draw_key)s
 where id = %(id)s and drawn_at is null and frozen_at is not null;


-- name: call_ranks
-- Call the next ranks. The caller holds the queue's lock.
-- Inputs   queue_id, from_rank, upto_rank, turn_seconds
insert into waiting_room.steps (queue_id, from_rank, upto_rank, called_at, ends_at)
values (%(queue_id)s, %(from_rank)s, %(upto_rank)s, clock_timestamp(),
        clock_timestamp() + make_interval(secs => %(turn_seconds)s));


-- name: record_round
-- Write down what a round decided; only its leader does.
update waiting_room.queues
   set serving = %(serving)s, round_at = %(round_at)s, credit = %(credit)s, outflow_per_minute = %(outflow)s,
       inflow_per_minute = %(inflow)s, inflow_size = %(inflow_size)s, capacity_per_minute = %(capacity)s,
       unsold = %(unsold)s, places_taken = %(places_taken)s, on_since = %(on_since)s, overload_since = %(overload_since)s, calm_since = %(calm_since)s
 where id = %(id)s and serving <= %(serving)s;


-- name: change_queue
-- Change what an organizer may change during the sale. Parameters come in pairs: whether it is given, and its value.
-- Inputs   event_id, organization_id, and pairs has_<name>, <name>
-- Outputs  a row where the queue is the organization's
update waiting_room.queues
   set paused = case when %(has_paused)s then %(paused)s else paused end,
       message = case when %(has_message)s then %(message)s else message end,
       live_rate_per_minute = case when %(has_rate_per_minute)s then %(rate_per_minute)s else live_rate_per_minute end,
       live_max_active = case when %(has_max_active)s then %(max_active)s else live_max_active end,
       turn_seconds = case when %(has_turn_seconds)s then %(turn_seconds)s else turn_seconds end,
       pass_seconds = case when %(has_pass_seconds)s then %(pass_seconds)s else pass_seconds end,
       proof_above_per_minute = case when %(has_proof_above_per_minute)s then %(proof_above_per_minute)s
                                     else proof_above_per_minute end,
       beacon_name = case when %(has_beacon)s then %(beacon_name)s else beacon_name end,
       beacon_round = case when %(has_beacon)s then %(beacon_round)s else beacon_round end,
       beacon_value = case when %(has_beacon_value)s then %(beacon_value)s else beacon_value end
 where event_id = %(event_id)s and organization_id = %(organization_id)s
returning id;


-- name: record_load
-- How checkout fared in one process since its last report; reports of processes that ended are deleted.
with gone as (
    delete from waiting_room.loads where recorded_at < clock_timestamp() - interval '1 hour'
)
insert into waiting_room.loads as l (process, recorded_at, checkouts, shed, p95_ms)
values (%(process)s, clock_timestamp(), %(checkouts)s, %(shed)s, %(p95_ms)s)
on conflict (process) do update
   set recorded_at = excluded.recorded_at, checkouts = excluded.checkouts, shed = excluded.shed, p95_ms = excluded.p95_ms;


-- name: read_load
-- How checkout fares now, all processes together; notes older than `seconds` say nothing.
select coalesce(sum(checkouts), 0)::int as checkouts, coalesce(sum(shed), 0)::int as shed,
       coalesce(max(p95_ms), 0)::int as p95_ms
  from waiting_room.loads where recorded_at > clock_timestamp() - make_interval(secs => %(seconds)s);
