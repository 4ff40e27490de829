-- Take a payment away from whoever began it, so that it can be settled: a sale by the earlier attempt finds nothing.
-- Inputs   id, attempt
-- Outputs  the booking under its new attempt, or nothing where it is not being paid by that attempt any more
update booking.bookings set attempt = attempt + 1, paying_since = clock_timestamp()
 where id = %(id)s and attempt = %(attempt)s and status = 'paying'
returning *;
