-- Take over what the catalogue announced about waiting rooms, in its transaction.
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
