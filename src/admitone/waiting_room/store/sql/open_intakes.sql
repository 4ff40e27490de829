-- Begin the lines of new queues: nobody in them, and the running hash of nobody.
-- Inputs   parallel arrays ids, chains
insert into waiting_room.intakes (queue_id, chain)
select * from unnest(%(ids)s::int[], %(chains)s::bytea[])
on conflict (queue_id) do nothing;
