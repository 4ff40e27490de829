-- Who joins next: one transaction after the other for each queue, whichever process it comes from.
-- Inputs   ids
select queue_id, size, chain from waiting_room.intakes where queue_id = any(%(ids)s::int[]) order by queue_id for update;
