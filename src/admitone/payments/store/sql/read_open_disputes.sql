-- Purpose: whether the buyer's bank has, or may have, the money of a booking.
-- Inputs:  booking_id.
-- Outputs: one row, `count`: disputes that are open or lost.
-- Invariant: reads only.
SELECT count(*) AS count FROM payments.disputes WHERE booking_id = %(booking_id)s AND status <> 'won'
