-- name: project_events
-- Purpose: store the waiting room terms that the catalogue announced, in its transaction.
-- Inputs:  parallel arrays, one element an event; seeds: used where the queue is new.
-- Outputs: id, event_id of the new queues.
-- Invariant: an older revision never overwrites a newer one; a committed seed never changes.
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
-- Purpose: create the intakes of new queues, without entrants.
-- Inputs:  parallel arrays ids, chains (the running hash of no entrants).
-- Outputs: nothing.
-- Invariant: an intake that exists is left as it is.
insert into waiting_room.intakes (queue_id, chain)
select * from unnest(%(ids)s::int[], %(chains)s::bytea[])
on conflict (queue_id) do nothing;


-- name: known_events
-- Purpose: find those of these events that have a queue, whatever its mode.
-- Inputs:  events (ids).
-- Outputs: event_id.
-- Invariant: reads only.
select event_id from waiting_room.queues where event_id = any(%(events)s::text[]);


-- name: read_queues
-- Purpose: read queues as they are now, with their intakes. The organizer's live changes override the terms.
-- Inputs:  events (ids).
-- Outputs: one row a queue, the members of `domain.queue.Queue`.
-- Invariant: reads only.
select q.id, q.event_id, q.organization_id, q.mode, q.open, q.pre_queue_opens_at, q.opens_at, q.closes_at,
       coalesce(q.live_max_active, q.terms_max_active) as max_active,
       coalesce(q.live_rate_per_minute, q.terms_rate_per_minute) as rate_per_minute,
       q.turn_seconds, q.pass_seconds, q.proof_above_per_minute, q.paused, q.message, q.shows_prices, q.seed,
       q.beacon_name, q.beacon_round, q.beacon_value, q.frozen_at, q.draw_size, q.entrants_hash, q.drawn_at, q.draw_key, q.serving,
       q.round_at, q.credit, q.outflow_per_minute, q.inflow_per_minute, q.inflow_size, q.capacity_per_minute,
       q.checkouts_per_minute, q.shown_per_minute,
       q.unsold, q.places_taken, q.on_since, q.overload_since, q.calm_since, i.size, i.chain
  from waiting_room.queues q join waiting_room.intakes i on i.queue_id = q.id
 where q.event_id = any(%(events)s::text[])
 order by q.id;


-- name: list_active
-- Purpose: list the events whose queue has a round to make: with a waiting room, and not closed.
-- Inputs:  none.
-- Outputs: event_id.
-- Invariant: reads only.
select event_id from waiting_room.queues
 where mode <> 'off' and open and coalesce(closes_at, 'infinity') > clock_timestamp()
 order by id;


-- name: change_queue
-- Purpose: change the settings that an organizer may change during the sale.
-- Inputs:  event_id, organization_id, and pairs has_<name>, <name>: whether the request has it, and its value.
-- Outputs: id, where the queue is the organization's.
-- Invariant: a member that the request does not have stays.
update waiting_room.queues
   set paused = case when %(has_paused)s then %(paused)s else paused end,
       message = case when %(has_message)s then %(message)s else message end,
       live_rate_per_minute = case when %(has_rate_per_minute)s then %(rate_per_minute)s else live_rate_per_minute end,
       live_max_active = case when %(has_max_active)s then %(max_active)s else live_max_active end,
       turn_seconds = case when %(has_turn_seconds)s then %(turn_seconds)s else turn_seconds end,
       pass_seconds = case when %(has_pass_seconds)s then %(pass_seconds)s else pass_seconds end,
       proof_above_per_minute = case when %(has_proof_above_per_minute)s then %(proof_above_per_minute)s
                                     else proof_above_per_minute end,
       shows_prices = case when %(has_shows_prices)s then %(shows_prices)s else shows_prices end,
       beacon_name = case when %(has_beacon)s then %(beacon_name)s else beacon_name end,
       beacon_round = case when %(has_beacon)s then %(beacon_round)s else beacon_round end,
       beacon_value = case when %(has_beacon_value)s then %(beacon_value)s else beacon_value end
 where event_id = %(event_id)s and organization_id = %(organization_id)s
returning id;
