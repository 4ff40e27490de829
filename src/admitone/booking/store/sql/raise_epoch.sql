-- A new epoch for a new load of Redis.
update booking.sales set epoch = epoch + 1 where event_id = %(event_id)s returning epoch;
