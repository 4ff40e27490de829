-- The booking that an idempotency key made, if it did.
select * from booking.bookings where idempotency_key = %(key)s;
