-- Places of a general-admission section in one state, the last first.
-- Inputs   event_id, area_id, state, quantity
select index from booking.tickets
 where event_id = %(event_id)s and area_id = %(area_id)s and state = %(state)s::"char"
 order by index desc limit %(quantity)s;
