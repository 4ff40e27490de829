-- Tickets are issued for this layout now.
update booking.sales set layout = %(layout)s, capacity = %(capacity)s where event_id = %(event_id)s;
