-- name: record_dispute
-- Purpose: record the status of a dispute.
-- Inputs:  id, booking_id, attempt, amount, currency, status.
-- Outputs: the status it moved to; no row if it had this status, or was decided, before.
-- Invariant: open → lost | won, once.
INSERT INTO payments.disputes AS dispute (id, booking_id, attempt, amount, currency, status)
VALUES (%(id)s, %(booking_id)s, %(attempt)s, %(amount)s, %(currency)s, %(status)s)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = now()
WHERE dispute.status = 'open' AND excluded.status <> 'open'
RETURNING status;


-- name: read_open_disputes
-- Purpose: check whether the buyer's bank has, or may keep, the money of a booking.
-- Inputs:  booking_id.
-- Outputs: one row, `count`: disputes that are open or lost.
-- Invariant: reads only.
SELECT count(*) AS count FROM payments.disputes WHERE booking_id = %(booking_id)s AND status <> 'won';
