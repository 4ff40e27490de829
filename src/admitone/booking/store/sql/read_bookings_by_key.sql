-- The bookings that idempotency keys made, if they did.
-- Inputs   keys (digests)
select * from booking.bookings where idempotency_key = any(%(keys)s::bytea[]);
