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
