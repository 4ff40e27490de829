-- Undo `spend_passes` for bookings that were not sold, in the same transaction.
-- Inputs   bookings
update waiting_room.passes
   set spent_by = null, ended_at = case when expires_at > clock_timestamp() then null else ended_at end
 where spent_by = any(%(bookings)s::text[]);
