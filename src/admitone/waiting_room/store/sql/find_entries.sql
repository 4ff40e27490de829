-- Places that these identities have already.
-- Inputs   parallel arrays queues, marks
select e.queue_id, e.mark, e.entry
  from unnest(%(queues)s::int[], %(marks)s::uuid[]) as w(queue_id, mark)
  join waiting_room.entries e using (queue_id, mark);
