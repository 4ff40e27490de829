-- How many places of one event are in each state, by section where they have no numbers.
select area_id, state::text, count(*)::int as places from booking.tickets
 where event_id = %(event_id)s group by area_id, state;
