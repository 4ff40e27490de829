-- Marks in order of entry, from a block that holds `first` on.
-- Inputs   queue_id, first, upto
select first_entry, marks from waiting_room.blocks
 where queue_id = %(queue_id)s and first_entry < %(upto)s
   and first_entry >= coalesce((select max(first_entry) from waiting_room.blocks
                                 where queue_id = %(queue_id)s and first_entry <= %(first)s), 0)
 order by first_entry;
