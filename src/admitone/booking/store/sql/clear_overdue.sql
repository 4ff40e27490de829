-- These came to an end.
delete from booking.overdue where booking_id = any(%(ids)s::text[]);
