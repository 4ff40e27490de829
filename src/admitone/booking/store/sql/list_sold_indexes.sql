-- The sold places of one event, ascending.
select index from booking.tickets where event_id = %(event_id)s and state = 's' order by index;
