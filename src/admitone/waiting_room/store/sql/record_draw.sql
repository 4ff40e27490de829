-- Record the draw; from here on the seed is public.
-- Inputs   id, draw_key
-- Invariant  a draw is made once.
update waiting_room.queues set drawn_at = clock_timestamp(), draw_key = %(draw_key)s
 where id = %(id)s and drawn_at is null and frozen_at is not null;
