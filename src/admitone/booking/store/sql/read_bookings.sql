-- Bookings by id, in no order.
select * from booking.bookings where id = any(%(ids)s::text[]);
