-- End the pre-queue: from here on everybody who joins stands behind it.
-- Inputs   id, size, chain (read under the intake's lock)
update waiting_room.queues
   set frozen_at = clock_timestamp(), draw_size = %(size)s, entrants_hash = %(chain)s
 where id = %(id)s and frozen_at is null;
