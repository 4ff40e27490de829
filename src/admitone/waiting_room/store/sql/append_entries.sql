-- Give places to new identities, and move the line's end and its running hash, all at once.
-- Inputs   queues, entries, marks: parallel, one entry a place; block_*: parallel, one entry a queue
-- Invariant  the caller holds the intakes' locks; entries go on from their sizes without a gap.
with placed as (
    insert into waiting_room.entries (queue_id, entry, mark)
    select * from unnest(%(queues)s::int[], %(entries)s::int[], %(marks)s::uuid[])
),
kept as (
    insert into waiting_room.blocks (queue_id, first_entry, marks)
    select * from unnest(%(block_queues)s::int[], %(block_firsts)s::int[], %(block_marks)s::bytea[])
)
update waiting_room.intakes i set size = b.size, chain = b.chain
  from unnest(%(block_queues)s::int[], %(block_sizes)s::int[], %(block_chains)s::bytea[]) as b(queue_id, size, chain)
 where i.queue_id = b.queue_id;
