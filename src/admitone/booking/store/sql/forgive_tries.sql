-- A try that was right after all does not count as a failure.
-- Inputs   keys
update booking.failures set count = greatest(0, count - 1), wait_until = clock_timestamp()
 where key = any(%(keys)s::text[]);
