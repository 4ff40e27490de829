-- Every place of one event in index order.
select index, level_id, area_id, state from booking.tickets where event_id = %(event_id)s order by index;
