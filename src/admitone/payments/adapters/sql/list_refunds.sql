-- Purpose: every refund of one intent.
-- Inputs:  intent_id.
-- Outputs: rows by time.
-- Invariant: reads only.
SELECT id, amount, status, reference FROM simulated_processor.refunds
WHERE intent_id = %(intent_id)s
ORDER BY created_at, id
