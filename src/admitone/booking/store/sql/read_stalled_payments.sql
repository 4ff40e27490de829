-- Bookings that have been in payment for long: whoever asked the processor is gone, or the answer never came.
-- Inputs   seconds
-- The range on expires_at keeps this to the holds of the last hour (a hold lasts at most 3,600 s).
select id from booking.bookings
 where expires_at between clock_timestamp() and clock_timestamp() + interval '1 hour'
   and status = 'paying' and paying_since < clock_timestamp() - make_interval(secs => %(seconds)s)
 order by paying_since limit 200;
