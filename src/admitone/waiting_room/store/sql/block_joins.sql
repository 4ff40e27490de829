-- name: count_block_joins
-- Purpose: count the places that address blocks took lately, with exponential decay.
-- Inputs:  parallel arrays queues, blocks; half_life_seconds.
-- Outputs: queue_id, block, joins: decayed to this moment; blocks that took none are missing.
-- Invariant: reads only.
select j.queue_id, j.block,
       j.joins * 0.5 ^ (extract(epoch from clock_timestamp() - j.joined_at) / %(half_life_seconds)s) as joins
  from unnest(%(queues)s::int[], %(blocks)s::text[]) as w(queue_id, block)
  join waiting_room.block_joins j using (queue_id, block);


-- name: record_block_joins
-- Purpose: add new places to their address blocks' counts, and delete some blocks that took none for a day.
-- Inputs:  parallel arrays queues, blocks, counts, with each pair once; half_life_seconds.
-- Outputs: nothing.
-- Invariant: the caller holds the intakes' locks, so it adds to the counts that it read.
with gone as (
    delete from waiting_room.block_joins
     where (queue_id, block) in (select queue_id, block from waiting_room.block_joins
                                  where joined_at < clock_timestamp() - interval '1 day' limit 100)
       and block <> all(%(blocks)s::text[])
)
insert into waiting_room.block_joins as j (queue_id, block, joins, joined_at)
select queue_id, block, count, clock_timestamp()
  from unnest(%(queues)s::int[], %(blocks)s::text[], %(counts)s::int[]) as w(queue_id, block, count)
on conflict (queue_id, block) do update
   set joins = excluded.joins
             + j.joins * 0.5 ^ (extract(epoch from clock_timestamp() - j.joined_at) / %(half_life_seconds)s),
       joined_at = clock_timestamp();
