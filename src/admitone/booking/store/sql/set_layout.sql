-- Tickets are issued for this layout now. What was counted as available is counted anew in a moment.
update booking.sales
   set layout = %(layout)s, capacity = %(capacity)s, available = least(available, %(capacity)s)
 where event_id = %(event_id)s;
