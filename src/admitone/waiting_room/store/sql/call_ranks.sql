-- Call the next ranks. The caller holds the line.
-- Inputs   queue_id, from_rank, upto_rank, turn_seconds
insert into waiting_room.steps (queue_id, from_rank, upto_rank, called_at, ends_at)
values (%(queue_id)s, %(from_rank)s, %(upto_rank)s, clock_timestamp(),
        clock_timestamp() + make_interval(secs => %(turn_seconds)s));
