-- name: lock_intakes
-- Who joins next: one transaction after the other for each queue, whichever process it comes from.
-- Inputs   ids
select queue_id, size, chain from waiting_room.intakes where queue_id = any(%(ids)s::int[]) order by queue_id for update;


-- name: find_entries
-- Places that these identities have already.
-- Inputs   parallel arrays queues, marks
select e.queue_id, e.mark, e.entry
  from unnest(%(queues)s::int[], %(marks)s::uuid[]) as w(queue_id, mark)
  join waiting_room.entries e using (queue_id, mark);


-- name: append_entries
-- Give places to new identities, and move the queue's end and its running hash, all at once.
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


-- name: read_blocks
-- Marks in order of entry, from a block that holds `first` on.
-- Inputs   queue_id, first, upto
select first_entry, marks from waiting_room.blocks
 where queue_id = %(queue_id)s and first_entry < %(upto)s
   and first_entry >= coalesce((select max(first_entry) from waiting_room.blocks
                                 where queue_id = %(queue_id)s and first_entry <= %(first)s), 0)
 order by first_entry;
