-- Purpose: let one writer of a booking's money at a time decide: what it reads next, no twin is changing.
-- Inputs:  booking_ids.
-- Outputs: nothing of use.
-- Invariant: takes the rows' locks until the transaction ends.
SELECT FROM payments.payments WHERE booking_id = ANY (%(booking_ids)s::text[])
ORDER BY booking_id, attempt FOR UPDATE
