-- Purpose: note, in the transaction that sells on them, that these tries to pay are authorized (many at once).
-- Inputs:  arrays booking_ids, attempts; sources: the states from which that is a step forward, and the state itself.
--          (booking, attempt) is distinct within a call, and in order: two batches wait for one another in one order.
-- Outputs: booking_id, attempt of those that are authorized now; the rows stay locked until the transaction ends.
-- Invariant: a try that is being ended is not among them, so nobody sells on what is being cancelled.
UPDATE payments.payments AS payment
SET status = 'authorized', decline_code = NULL, message = NULL, next_action = NULL, updated_at = now()
FROM unnest(%(booking_ids)s::text[], %(attempts)s::integer[]) AS asked (booking_id, attempt)
WHERE payment.booking_id = asked.booking_id AND payment.attempt = asked.attempt
    AND payment.status = ANY (%(sources)s::text[])
RETURNING payment.booking_id, payment.attempt
