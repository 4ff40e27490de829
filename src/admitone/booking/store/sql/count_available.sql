-- Count again what is left of one event, by area and level; seats are counted by the caller's map.
-- Inputs   event_id, available, sections (json)
update booking.sales set available = %(available)s, sections = %(sections)s, counted_at = clock_timestamp(),
                         sold_out_at = case when %(available)s::int = 0 then sold_out_at end
 where event_id = %(event_id)s;
