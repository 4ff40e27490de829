-- name: lock_intakes
-- Purpose: lock the intakes of these queues, so that one transaction at a time gives places in them.
-- Inputs:  ids.
-- Outputs: queue_id, size, chain.
-- Locks:   intakes in queue order, until the transaction ends.
select queue_id, size, chain from waiting_room.intakes where queue_id = any(%(ids)s::int[]) order by queue_id for update;


-- name: find_entries
-- Purpose: find the places that entrants have already.
-- Inputs:  parallel arrays queues, marks.
-- Outputs: queue_id, mark, entry; entrants without a place are missing.
-- Invariant: reads only.
select e.queue_id, e.mark, e.entry
  from unnest(%(queues)s::int[], %(marks)s::uuid[]) as w(queue_id, mark)
  join waiting_room.entries e using (queue_id, mark);


-- name: append_entries
-- Purpose: give places to new entrants, and move each queue's size and running hash, in one statement.
-- Inputs:  queues, entries, marks: parallel, one element a place; block_*: parallel, one element a queue.
-- Outputs: nothing.
-- Invariant: the caller holds the intakes' locks; entries continue from their sizes without a gap.
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


-- name: read_blocks
-- Purpose: read marks in order of entry, beginning with the block that has entry `first`.
-- Inputs:  queue_id, first, upto.
-- Outputs: first_entry, marks of each block.
-- Invariant: reads only.
select first_entry, marks from waiting_room.blocks
 where queue_id = %(queue_id)s and first_entry < %(upto)s
   and first_entry >= coalesce((select max(first_entry) from waiting_room.blocks
                                 where queue_id = %(queue_id)s and first_entry <= %(first)s), 0)
 order by first_entry;
