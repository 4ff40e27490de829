-- The seats that are held back, in index order.
select index from booking.tickets
 where event_id = %(event_id)s and area_id is null and state = 'k' order by index;
