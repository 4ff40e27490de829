-- Some places of one event in index order.
select index, area_id, state from booking.tickets
 where event_id = %(event_id)s and index = any(%(indexes)s::int[]) order by index;
