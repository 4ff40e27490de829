-- How many places these address blocks took lately.
-- Inputs   parallel arrays queues, blocks; half_life_seconds
-- Outputs  queue_id, block, joins: faded to this moment; blocks that took none are missing
select j.queue_id, j.block,
       j.joins * 0.5 ^ (extract(epoch from clock_timestamp() - j.joined_at) / %(half_life_seconds)s) as joins
  from unnest(%(queues)s::int[], %(blocks)s::text[]) as w(queue_id, block)
  join waiting_room.block_joins j using (queue_id, block);
